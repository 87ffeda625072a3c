// What is measured is a case: one contender doing one thing to one tree. The pieces that all contenders share are here.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './measure.mjs';

/** What can be measured, in the order of a round; `--only` takes these names. */
export const tasks = ['create', 'verify', 'restore', 'file', 'pack'];

/**
 * @typedef {object} Case
 * @property {string} id tree/contender/what
 * @property {string} tree the tree's id
 * @property {string} task one of `tasks`
 * @property {string} label
 * @property {string[]} [needs] cases whose outcome this one reads
 * @property {() => void} [prepare] not measured, before each run
 * @property {() => object} command what `measure` takes
 * @property {(output: string) => { bytes: number, beside?: number }} [finish] not measured, after each run; `bytes` is the size of
 *   all that was made, `beside` of what part of it lies beside the backup file
 * @property {() => void} [check] not measured, after the first run: throws if the outcome is not the tree
 * @property {() => void} [clean] not measured, last of all after each run
 */

/**
 * A full restore into a folder of its own, which is compared with the tree in the first round and removed after each.
 * @returns {Case}
 */
export function restoreCase({ tree, work, contender, what = 'restore', label, needs, command, restoredTree, prepare }) {
  const target = join(work, 'restored', `${tree.id}-${contender}-${what}`);
  return {
    id: `${tree.id}/${contender}/${what}`,
    tree: tree.id,
    task: 'restore',
    label,
    needs,
    prepare() {
      prepare?.();
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target, { recursive: true });
    },
    command: () => command(target),
    check: () => must(['diff', '-r', '--no-dereference', tree.path, restoredTree(target)]),
    clean: () => rmSync(target, { recursive: true, force: true }),
  };
}

/**
 * Reading the tree's sample file out of a backup into a file.
 * @returns {Case}
 */
export function fileCase({ tree, work, contender, what = 'file', label, needs, command }) {
  const target = join(work, `${tree.id}-${contender}-${what}.out`);
  return {
    id: `${tree.id}/${contender}/${what}`,
    tree: tree.id,
    task: 'file',
    label,
    needs,
    command: () => ({ ...command(), stdout: target }),
    check() {
      if (!readFileSync(target).equals(readFileSync(join(tree.path, tree.sample.path))))
        throw new Error(`${label}: ${tree.sample.path} came back changed`);
    },
    clean: () => rmSync(target, { force: true }),
  };
}
