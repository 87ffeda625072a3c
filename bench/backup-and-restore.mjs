#!/usr/bin/env node
// Backs up and restores a made folder, beside tar | gzip | openssl on the same data in the same run. Prints throughput,
// processor time, ratios and the peak memory of the whole process.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '512M' },
    rounds: { type: 'string', default: '3' },
    work: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`usage: npm run bench -- [--size 4G] [--rounds 3] [--work DIR] [--keep]

  --size    bytes of the made folder (default 512M; the memory bound is meant for 4G)
  --rounds  how often each command runs, in turn (default 3)
  --work    where to work (default bench/.work); needs about four times the size
  --keep    leave the made files`);
  process.exit(0);
}

const here = dirname(fileURLToPath(import.meta.url));
const work = resolve(options.work ?? join(here, '.work'));
const corpus = join(work, 'corpus');
const dataDir = join(work, 'data');
const usageFile = join(work, 'usage');
const holdfast = [process.execPath, join(here, '../packages/cli/bin/holdfast.js'), '--data-dir', dataDir, '--json'];
const memoryBound = 200 * 1024 * 1024;

rmSync(dataDir, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
must('node', [join(here, 'make-corpus.mjs'), '--size', options.size, '--quiet', corpus]);
const bytes = Number(must('du', ['-sb', '--apparent-size', corpus]).split('\t')[0]);
must(holdfast[0], [...holdfast.slice(1), 'init']);
must(holdfast[0], [...holdfast.slice(1), 'location', 'add', 'local', '--path', join(work, 'location')]);

const key = '00112233445566778899aabbccddeeff';
const peerFile = join(work, 'peer.tar.gz.enc');
let id = '';
const results = { backup: [], 'tar | gzip | openssl': [], restore: [], 'openssl | gzip | tar': [] };
for (let round = 0; round < Number(options.rounds); round += 1) {
  const created = measure([...holdfast, 'backup', 'create', corpus, '--yes']);
  id = JSON.parse(created.output).backup.id;
  results.backup.push(created);
  results['tar | gzip | openssl'].push(
    measureShell(`tar -C ${quoted(corpus)} -cf - . | gzip -6 | openssl enc -aes-128-cbc -K ${key} -iv ${key} > ${quoted(peerFile)}`),
  );
  for (const folder of ['restored', 'peer']) rmSync(join(work, folder), { recursive: true, force: true });
  mkdirSync(join(work, 'peer'));
  results.restore.push(measure([...holdfast, 'backup', 'restore', id, '--to', join(work, 'restored')]));
  results['openssl | gzip | tar'].push(
    measureShell(
      `openssl enc -d -aes-128-cbc -K ${key} -iv ${key} -in ${quoted(peerFile)} | gzip -d | tar -C ${quoted(join(work, 'peer'))} -xf -`,
    ),
  );
}
must('diff', ['-r', '--no-dereference', corpus, join(work, 'restored', 'corpus')]);

console.log(`\n${(bytes / 1e6).toFixed(0)} MB in, Node ${process.version}, ${options.rounds} rounds in turn; medians\n`);
console.log('                        wall s   cpu s   MB/s   peak MiB');
for (const [name, runs] of Object.entries(results)) {
  const wall = median(runs, 'wall');
  const memory = runs[0].memory === undefined ? '' : String(Math.round(Math.max(...runs.map((run) => run.memory)) / 2 ** 20));
  console.log(
    `${name.padEnd(22)} ${wall.toFixed(2).padStart(7)} ${median(runs, 'cpu').toFixed(2).padStart(7)} ${(bytes / 1e6 / wall).toFixed(0).padStart(6)} ${memory.padStart(10)}`,
  );
}
const ratio = (one, other, what) => (median(results[one], what) / median(results[other], what)).toFixed(2);
console.log(
  `\nbackup / pipe:  wall ${ratio('backup', 'tar | gzip | openssl', 'wall')}, cpu ${ratio('backup', 'tar | gzip | openssl', 'cpu')}`,
);
console.log(
  `restore / pipe: wall ${ratio('restore', 'openssl | gzip | tar', 'wall')}, cpu ${ratio('restore', 'openssl | gzip | tar', 'cpu')}`,
);
console.log(`restored tree is identical to the source (diff -r)`);
const peak = Math.max(...[...results.backup, ...results.restore].map((run) => run.memory));
if (!options.keep) rmSync(work, { recursive: true, force: true });
if (peak > memoryBound) {
  console.error(`The peak of ${Math.round(peak / 2 ** 20)} MiB is over the bound of ${memoryBound / 2 ** 20} MiB.`);
  process.exit(1);
}

/** Runs one Node command; memory is the whole process's peak. */
function measure(command) {
  const env = { HOLDFAST_BENCH_USAGE: usageFile, NODE_OPTIONS: `--import=${join(here, 'report-usage.mjs')}` };
  const run = measureShell(command.map(quoted).join(' '), env);
  return { ...run, memory: Number(readFileSync(usageFile, 'utf8')) };
}

/** Times a whole pipeline by bash, which counts all its processes. */
function measureShell(command, env = {}) {
  const timed = spawnSync('bash', ['-c', `set -eo pipefail; TIMEFORMAT='%R %U %S'; time { ${command}; }`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
  if (timed.status !== 0 && timed.status !== 3) throw new Error(`${command}\n${timed.stderr}`);
  const [wall, user, system] = timed.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system, output: timed.stdout };
}

function must(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

function median(runs, what) {
  const sorted = runs.map((run) => run[what]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
