// The folders that are backed up: the corpus, and many small files.
import { existsSync, lstatSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Makes the folders in `work` and says what is in them; a folder that is there already is used again.
 * @returns {{ id: string, title: string, path: string, name: string, parent: string, bytes: number, files: number, sample: { path: string, bytes: number } }[]}
 *   `sample` is the one file that is read back on its own; its path is relative to the folder.
 */
export function makeTrees(work, { size, smallFiles }) {
  const trees = [];
  if (size !== '0') {
    const path = join(work, `size-${size}`, 'corpus');
    must([process.execPath, join(here, 'make-corpus.mjs'), '--size', size, '--quiet', path]);
    trees.push(treeAt('corpus', 'The corpus', path, 100_000, (file) => /\.(jpg|png)$/.test(file)));
  }
  if (smallFiles > 0) {
    const path = join(work, `files-${smallFiles}`, 'many');
    const made = `${path}.made`;
    if (!existsSync(made)) {
      must([process.execPath, join(here, 'make-small-files.mjs'), '--files', String(smallFiles), path]);
      writeFileSync(made, '');
    }
    trees.push(treeAt('many', 'Many small files', path, 150, (file) => file.includes('5')));
  }
  return trees;
}

/** The sample is the first file, in the order of names, whose size is nearest to `wanted`. */
function treeAt(id, title, path, wanted, canBeSample) {
  let files = 0;
  let bytes = 0;
  let sample;
  for (const file of readdirSync(path, { recursive: true }).sort()) {
    const stats = lstatSync(join(path, file));
    if (!stats.isFile()) continue;
    files += 1;
    bytes += stats.size;
    const distance = Math.abs(stats.size - wanted);
    if (canBeSample(file) && (sample === undefined || distance < sample.distance)) sample = { path: file, bytes: stats.size, distance };
  }
  return { id, title, path, name: basename(path), parent: dirname(path), bytes, files, sample };
}

/** The bytes of a file, or of all files below a folder. */
export function bytesAt(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesAt(join(path, name)), 0);
}
