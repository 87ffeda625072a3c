import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** With a folder for each package, removed after the file's tests. */
const workshop = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-workshop-')));

afterAll(() => rmSync(workshop, { recursive: true, force: true }));

export interface ProviderFiles {
  readonly name: string;
  readonly version?: string;
  /** The id of its one type. */
  readonly type?: string;
  readonly permissions?: object;
  readonly source?: string;
  /** Further fields of package.json. */
  readonly fields?: object;
  readonly files?: Readonly<Record<string, string>>;
}

/** What a provider does when it is opened does not matter here: that it can be. */
export const plainSource = `import { defineProvider } from '@holdfast/core/provider-api';
export default defineProvider({ open: async () => { throw new Error('not opened here'); } });
`;

/** Writes a provider package as its author would publish it. Returns its folder. */
export function writeProvider({
  name,
  version = '1.0.0',
  type = name.replace(/^.*\/|^holdfast-provider-/g, ''),
  ...rest
}: ProviderFiles): string {
  const folder = mkdtempSync(join(workshop, 'provider-'));
  const contribution = { id: type, label: 'A shelf', configVersion: 1, configSchema: './schema.json' };
  const manifest = {
    name,
    version,
    description: 'Keeps backups on a shelf.',
    license: 'MIT',
    type: 'module',
    keywords: ['holdfast-provider'],
    exports: './main.js',
    engines: { holdfast: '>=0.1.0' },
    peerDependencies: { '@holdfast/core': '*' },
    holdfast: { contributes: { providers: [contribution] }, permissions: rest.permissions ?? {} },
    ...rest.fields,
  };
  const files = {
    'package.json': JSON.stringify(manifest),
    'schema.json': JSON.stringify({ type: 'object', properties: { shelf: { type: 'string' } } }),
    'main.js': rest.source ?? plainSource,
    ...rest.files,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Writes a package that others depend on; it says its version. */
export function writeLibrary(name: string, version: string): string {
  const folder = mkdtempSync(join(workshop, 'library-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type: 'module', exports: './index.js' }));
  writeFileSync(join(folder, 'index.js'), `export const version = '${version}';\n`);
  return folder;
}
