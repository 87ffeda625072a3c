#!/usr/bin/env node
// Measures how fast the providers of object storage upload, beside rclone, to the same servers on this machine. Prints tables.
// Fails if memory goes over its bound; no time makes it fail.
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './goals.mjs';
import { measure, must, versionOf } from './measure.mjs';
import { serviceNames, startServices } from './remote-servers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mebibytes: { type: 'string', default: '1024' },
    imports: { type: 'string', default: '11' },
    services: { type: 'string', default: serviceNames.join(',') },
    work: { type: 'string', default: join(here, '.work') },
  },
});
const [rounds, mebibytes, imports] = [values.rounds, values.mebibytes, values.imports].map(Number);
const work = join(resolve(values.work), 'holdfast-bench-remote');
const program = join(here, '../packages/cli/bin/holdfast.js');
const memoryBound = 300 * 2 ** 20;
// It takes no certificates of the environment's where it speaks without encryption, and fails.
const peerEnvironment = { AWS_CA_BUNDLE: '' };
const tell = (text) => console.error(text);

const peer = versionOf(['rclone', 'version']);
if (peer === undefined) tell('rclone is not installed: nothing to compare with.');

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
let services = [];
let peak = 0;
try {
  const file = makeFile();
  services = await startServices(values.services.split(','), work);
  const uploads = services.map((service) => ({ service, runs: uploadInTurn(service, file) }));
  console.log([...uploadTable(uploads), '', ...importTable(services)].join('\n'));
} finally {
  for (const { stop } of services) await stop();
  rmSync(work, { recursive: true, force: true });
}
if (peak > memoryBound) {
  tell(`The peak of ${mebi(peak)} MiB is over the bound of ${mebi(memoryBound)} MiB.`);
  process.exitCode = 1;
}

/** Bytes that nothing makes smaller. */
function makeFile() {
  const path = join(work, 'bytes');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(2 ** 20);
  for (let count = 0; count < mebibytes; count += 1) writeSync(file, randomFillSync(block));
  closeSync(file);
  return path;
}

function uploadInTurn(service, file) {
  const dataDir = newDataDir(service);
  const runs = { inline: [], process: [], rclone: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const isolation of ['inline', 'process']) {
      const argv = [process.execPath, join(here, 'remote-upload.mjs'), dataDir, isolation, service.provider, file];
      const { output, cpu } = measure({ argv });
      const { put, memory, verified } = JSON.parse(output);
      const bytes = Math.max(memory.host, memory.provider ?? 0);
      peak = Math.max(peak, bytes);
      // Inline, the host and the provider are one process.
      runs[isolation].push({ wall: put, cpu, memory: isolation === 'process' ? (memory.provider ?? bytes) : bytes, verified });
    }
    if (peer !== undefined) {
      runs.rclone.push(measure({ argv: service.upload(file), env: peerEnvironment }));
      must(service.remove, { env: peerEnvironment });
    }
    tell(
      `round ${round} of ${rounds}: ${service.name} ${Object.values(runs)
        .map((all) => all.at(-1)?.wall.toFixed(2))
        .join(' ')}`,
    );
  }
  return runs;
}

function newDataDir({ name, provider, type, settings }) {
  const dataDir = join(work, `data-${name}`);
  const holdfast = (...args) =>
    must([process.execPath, program, '--data-dir', dataDir, '--provider-folder', provider, '--yes', '--quiet', ...args]);
  const file = join(work, `${name}.json`);
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  holdfast('init');
  holdfast('location', 'add', type, '--config', file);
  return dataDir;
}

function uploadTable(uploads) {
  const rows = uploads.flatMap(({ service, runs }) => {
    const of = (who, what) => median(runs[who].map((run) => run[what]));
    return Object.keys(runs)
      .filter((who) => runs[who].length > 0)
      .map((who) => {
        const ours = who !== 'rclone';
        const ratio = ours && runs.rclone.length > 0 ? (of('rclone', 'wall') / of(who, 'wall')).toFixed(2) : '';
        const label = ours ? `**${basename(service.provider)}, ${who}**` : peer;
        const cells = [
          (mebibytes / of(who, 'wall')).toFixed(0),
          ratio,
          of(who, 'cpu').toFixed(2),
          mebi(Math.max(...runs[who].map(({ memory }) => memory))),
        ];
        return `| ${service.name} | ${label} | ${cells.join(' | ')} |`;
      });
  });
  return [
    `| ${mebibytes} MiB to | by | MiB/s | speed / rclone (goal: at least 0.70) | processor s | peak MiB (bound: ${mebi(memoryBound)}) |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function importTable(all) {
  const rows = all.map(({ provider }) => {
    const url = pathToFileURL(join(provider, 'dist/index.js')).href;
    const code = `const began = performance.now(); await import('${url}'); console.log(performance.now() - began);`;
    const times = Array.from({ length: imports }, () => Number(must([process.execPath, '--input-type=module', '-e', code])));
    return `| ${basename(provider)} | ${median(times).toFixed(0)} |`;
  });
  return ['| import of | ms (goal: under 200) |', '| --- | --- |', ...rows];
}

function mebi(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}
