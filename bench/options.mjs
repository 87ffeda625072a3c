// The options of the benchmark.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tasks } from './cases.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const help = `usage: npm run bench -- [options]

  --size BYTES      size of the corpus (512M; 0 leaves it out)
  --small-files N   number of small files in the second tree (200000; 0 leaves it out)
  --rounds N        how often each command runs, in turn with the others (5)
  --only TASKS      of ${tasks.join(',')}: some of them (all)
  --peers PEERS     of pipes,restic,borg: some of them, or none (all that are installed)
  --work DIR        where to work: needs about ten times the size of the corpus (bench/.work; /dev/shm is quieter)
  --json FILE       where the results go as JSON (bench/results/<time>.json)
  --keep            leave the trees and the backups, so that the next run needn't make the trees`;

/** Reads the command line; ends the process after --help, and with status 2 if it makes no sense. */
export function readOptions(startedAt) {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '512M' },
      'small-files': { type: 'string', default: '200000' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: tasks.join(',') },
      peers: { type: 'string', default: 'pipes,restic,borg' },
      work: { type: 'string', default: join(here, '.work') },
      json: { type: 'string', default: join(here, 'results', `${startedAt.replaceAll(/[:.]/g, '-')}.json`) },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const only = values.only.split(',');
  const unknown = only.find((task) => !tasks.includes(task));
  if (unknown !== undefined) refuse(`--only: there is no ${unknown}`);
  return {
    size: values.size,
    smallFiles: wholeNumber('--small-files', values['small-files'], 0),
    rounds: wholeNumber('--rounds', values.rounds, 1),
    only,
    peers: values.peers.split(','),
    work: join(resolve(values.work), 'holdfast-bench'), // removed at the end, so never a folder that may hold something else
    json: resolve(values.json),
    keep: values.keep,
  };
}

function wholeNumber(name, text, least) {
  if (!/^\d+$/.test(text) || Number(text) < least) refuse(`${name} needs a whole number, at least ${least}`);
  return Number(text);
}

function refuse(text) {
  console.error(`bench: ${text}\n\n${help}`);
  process.exit(2);
}
