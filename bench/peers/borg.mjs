// borg, into a fresh local repository with its key in it (repokey), at two compressions.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileCase, restoreCase } from '../cases.mjs';
import { must, versionOf } from '../measure.mjs';
import { bytesAt } from '../trees.mjs';

export const name = 'borg';

export function detect() {
  const version = versionOf(['borg', '--version']);
  return { versions: { borg: version }, missing: version === undefined ? ['borg'] : [] };
}

/** @returns {import('../cases.mjs').Case[]} */
export function cases({ tree, work, missing }) {
  if (missing.length > 0) return [];
  const main = repositoryFor(tree, work, 'zstd,3');
  const needs = [main.create.id];
  const archive = `${main.repository}::first`;
  return [
    main.create,
    ...(tree.id === 'corpus' ? [repositoryFor(tree, work, 'lz4').create] : []),
    {
      id: `${tree.id}/borg/verify`,
      tree: tree.id,
      task: 'verify',
      label: '`borg check --verify-data`',
      needs,
      command: () => ({ argv: ['borg', 'check', '--verify-data', main.repository], env: main.env }),
    },
    restoreCase({
      tree,
      work,
      contender: 'borg',
      label: '`borg extract`',
      needs,
      command: (target) => ({ argv: ['borg', 'extract', archive], cwd: target, env: main.env }),
      restoredTree: (target) => join(target, tree.name),
    }),
    fileCase({
      tree,
      work,
      contender: 'borg',
      label: '`borg extract --stdout FILE`',
      needs,
      command: () => ({ argv: ['borg', 'extract', '--stdout', archive, `${tree.name}/${tree.sample.path}`], env: main.env }),
    }),
  ];
}

function repositoryFor(tree, work, compression) {
  const home = join(work, `${tree.id}-borg-${compression}`);
  const repository = join(home, 'repository');
  const env = { BORG_BASE_DIR: home, BORG_PASSPHRASE: 'a password for measuring' };
  const create = {
    id: `${tree.id}/borg/create-${compression}`,
    tree: tree.id,
    task: 'create',
    label: `\`borg create\`, ${compression}, the first`,
    prepare() {
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      must(['borg', 'init', '--encryption', 'repokey', repository], { env });
    },
    command: () => ({ argv: ['borg', 'create', '--compression', compression, `${repository}::first`, tree.name], cwd: tree.parent, env }),
    finish: () => ({ bytes: bytesAt(repository) }),
  };
  return { repository, env, create };
}
