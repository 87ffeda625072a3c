// The tools of tools/package.json: installed on first use, and started by this Node without a shell or PATH.
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../scripts/install.mjs';

const packageOf = {
  'api-extractor': '@microsoft/api-extractor',
  attw: '@arethetypeswrong/cli',
  biome: '@biomejs/biome',
  changeset: '@changesets/cli',
  depcruise: 'dependency-cruiser',
  knip: 'knip',
  oxlint: 'oxlint',
  publint: 'publint',
};

/** The command line that runs `tool`, one of the names above, with these arguments. */
export function toolCommand(tool, ...args) {
  ensureInstalled(fileURLToPath(new URL('.', import.meta.url)), 'the tools of the checks (once)');
  const folder = new URL(`node_modules/${packageOf[tool]}/`, import.meta.url);
  const { bin } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  const file = typeof bin === 'string' ? bin : bin[tool];
  return [process.execPath, fileURLToPath(new URL(file, folder)), ...args];
}

/** The environment for tools: oxlint looks its type-aware half up in PATH. */
export function toolEnvironment() {
  const bin = fileURLToPath(new URL('node_modules/.bin', import.meta.url));
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, DO_NOT_TRACK: '1' };
}
