import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomically } from '../../base/atomic-file.js';
import type { ProviderFolders } from './provider-folders.js';

const api = 'provider-api/index.js';
const importOf = /(?:from|import)\s*["'](\.[^"']+)["']/g;

/**
 * Puts what `import '@holdfast/core/provider-api'` of an installed package finds into place: a copy of this host's own, and nothing
 * else of the core, so that a package can neither bring an older one along nor reach into the host's.
 */
export async function writeCoreFacade({ facade }: ProviderFolders, hostVersion: string): Promise<void> {
  const files = collect(join(fileURLToPath(new URL('../../../dist', import.meta.url))), api);
  const manifest = JSON.stringify({
    name: '@holdfast/core',
    version: hostVersion,
    private: true,
    type: 'module',
    exports: { './provider-api': `./${api}` },
  });
  if (isUpToDate(facade, files, manifest)) return;
  // The manifest last: it points at the rest.
  for (const [name, text] of files) {
    await mkdir(dirname(join(facade, name)), { recursive: true });
    await writeFileAtomically(join(facade, name), text, 0o644);
  }
  await writeFileAtomically(join(facade, 'package.json'), manifest, 0o644);
}

function isUpToDate(facade: string, files: ReadonlyMap<string, string>, manifest: string): boolean {
  const all = [...files, ['package.json', manifest] as const];
  return all.every(([name, text]) => existsSync(join(facade, name)) && readFileSync(join(facade, name), 'utf8') === text);
}

/** A module's file and those that it imports by their path, by their name in the folder. */
function collect(folder: string, name: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(name)) return found;
  const text = readFileSync(join(folder, name), 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
  found.set(name, text);
  for (const [, path = ''] of text.matchAll(importOf)) collect(folder, relative(folder, join(folder, dirname(name), path)), found);
  return found;
}
