// A file is one idea. Source files over the limit are split, not excused.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspace } from './workspace.mjs';

const limit = 250;
const leftOut = new Set(['node_modules', 'dist', 'fixtures', '.turbo', '.git', '.work']);
/** Made to be copied as one file. */
const standAlone = new Set(['bench/make-corpus.mjs']);

function* sourceFiles(folder) {
  for (const entry of readdirSync(join(fileURLToPath(workspace), folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !leftOut.has(entry.name)) yield* sourceFiles(path);
    else if (entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name)) yield path;
  }
}

for (const name of ['packages', 'examples', 'e2e', 'scripts', 'tools']) {
  for (const path of sourceFiles(name)) {
    const lines = readFileSync(new URL(path, workspace), 'utf8').split('\n').length - 1;
    if (lines <= limit || standAlone.has(path)) continue;
    console.error(`${path}: ${lines} lines, more than ${limit}`);
    process.exitCode = 1;
  }
}
