// The native way: tar, pigz or gzip, and openssl in a pipe, and tar alone.
import { rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileCase, restoreCase } from '../cases.mjs';
import { pipeline, quoted, versionOf } from '../measure.mjs';

const cipher = 'openssl enc -aes-128-cbc -K 00112233445566778899aabbccddeeff -iv 00112233445566778899aabbccddeeff';
const packers = {
  pigz: { pack: `pigz -6 -p ${availableParallelism()}`, unpack: 'pigz -d', test: 'pigz -t' },
  gzip: { pack: 'gzip -6', unpack: 'gzip -d', test: 'gzip -t' },
};

export const name = 'pipes';

export function detect() {
  const versions = Object.fromEntries(
    ['tar', 'openssl', 'sha256sum', 'pigz', 'gzip'].map((tool) => [tool, versionOf([tool, tool === 'openssl' ? 'version' : '--version'])]),
  );
  const missing = Object.keys(versions).filter((tool) => versions[tool] === undefined);
  return { versions, missing };
}

/** @returns {import('../cases.mjs').Case[]} */
export function cases({ tree, work, missing }) {
  if (missing.includes('tar')) return [];
  const piped = missing.some((tool) => tool === 'openssl' || tool === 'sha256sum')
    ? []
    : Object.keys(packers)
        .filter((packer) => !missing.includes(packer) && (packer === 'pigz' || tree.id === 'corpus'))
        .flatMap((packer) => pipeCases(tree, work, packer));
  return tree.id === 'many' ? [...piped, tarCase(tree, work)] : piped;
}

function pipeCases(tree, work, packer) {
  const { pack, unpack, test } = packers[packer];
  const file = join(work, `${tree.id}-${packer}.tar.gz.enc`);
  const decrypted = `${cipher} -d -in ${quoted(file)}`;
  const id = `${tree.id}/${packer}/create`;
  const needs = [id];
  return [
    {
      id,
      tree: tree.id,
      task: 'create',
      label: `\`tar \\| ${pack} \\| openssl \\| tee \\| sha256sum\``,
      prepare: () => rmSync(file, { force: true }),
      command: () => ({ argv: pipeline(`${tarred(tree)} | ${pack} | ${cipher} | tee ${quoted(file)} | sha256sum`) }),
      finish: () => ({ bytes: statSync(file).size }),
    },
    {
      id: `${tree.id}/${packer}/verify`,
      tree: tree.id,
      task: 'verify',
      label: `\`openssl \\| ${test}\``,
      needs,
      command: () => ({ argv: pipeline(`${decrypted} | ${test}`) }),
    },
    restoreCase({
      tree,
      work,
      contender: packer,
      label: `\`openssl \\| ${unpack} \\| tar x\``,
      needs,
      command: (target) => ({ argv: pipeline(`${decrypted} | ${unpack} | tar -C ${quoted(target)} -xf -`) }),
      restoredTree: (target) => join(target, tree.name),
    }),
    fileCase({
      tree,
      work,
      contender: packer,
      label: `\`openssl \\| ${unpack} \\| tar xO FILE\``,
      needs,
      command: () => ({ argv: pipeline(`${decrypted} | ${unpack} | tar -xOf - ${quoted(join(tree.name, tree.sample.path))}`) }),
    }),
  ];
}

function tarCase(tree, work) {
  const file = join(work, `${tree.id}.tar`);
  return {
    id: `${tree.id}/tar/pack`,
    tree: tree.id,
    task: 'pack',
    label: '`tar` into a file',
    prepare: () => rmSync(file, { force: true }),
    command: () => ({ argv: ['tar', '-C', tree.parent, '-cf', file, tree.name] }),
    finish: () => ({ bytes: statSync(file).size }),
  };
}

function tarred(tree) {
  return `tar -C ${quoted(tree.parent)} -cf - ${quoted(tree.name)}`;
}
