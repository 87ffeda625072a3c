// restic, into a fresh local repository with a cache of its own, compression as it comes (auto).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileCase, restoreCase } from '../cases.mjs';
import { must, versionOf } from '../measure.mjs';
import { bytesAt } from '../trees.mjs';

export const name = 'restic';

export function detect() {
  const version = versionOf(['restic', 'version']);
  return { versions: { restic: version }, missing: version === undefined ? ['restic'] : [] };
}

/** @returns {import('../cases.mjs').Case[]} */
export function cases({ tree, work, missing }) {
  if (missing.length > 0) return [];
  const home = join(work, `${tree.id}-restic`);
  const repository = join(home, 'repository');
  const common = ['--repo', repository, '--cache-dir', join(home, 'cache'), '--password-file', join(home, 'password'), '--quiet'];
  const restic = (...args) => ['restic', ...common, ...args];
  const id = `${tree.id}/restic/create`;
  const needs = [id];
  return [
    {
      id,
      tree: tree.id,
      task: 'create',
      label: '`restic backup`, the first',
      prepare() {
        rmSync(home, { recursive: true, force: true });
        mkdirSync(home, { recursive: true });
        writeFileSync(join(home, 'password'), 'a password for measuring\n', { mode: 0o600 });
        must(restic('init', '--repository-version', '2'));
      },
      command: () => ({ argv: restic('backup', tree.name), cwd: tree.parent }),
      finish: () => ({ bytes: bytesAt(repository) }),
    },
    {
      id: `${tree.id}/restic/verify`,
      tree: tree.id,
      task: 'verify',
      label: '`restic check --read-data`',
      needs,
      command: () => ({ argv: restic('check', '--read-data') }),
    },
    restoreCase({
      tree,
      work,
      contender: 'restic',
      label: '`restic restore`',
      needs,
      command: (target) => ({ argv: restic('restore', 'latest', '--target', target) }),
      restoredTree: (target) => join(target, tree.name),
    }),
    fileCase({
      tree,
      work,
      contender: 'restic',
      label: '`restic dump`',
      needs,
      command: () => ({ argv: restic('dump', 'latest', `/${tree.name}/${tree.sample.path}`) }),
    }),
  ];
}
