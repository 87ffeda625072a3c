#!/usr/bin/env node
// Measures what it costs that providers run in processes of their own, and that many are installed. Prints tables; no time makes it fail.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './goals.mjs';
import { installProviders } from './installed-providers.mjs';
import { measure, must } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '21' },
    installed: { type: 'string', default: '100' },
    mebibytes: { type: 'string', default: '1024' },
    work: { type: 'string', default: join(here, '.work') },
  },
});
const [rounds, starts, installed, mebibytes] = [values.rounds, values.starts, values.installed, values.mebibytes].map(Number);
const work = join(resolve(values.work), 'holdfast-bench-providers');
const program = join(here, '../packages/cli/bin/holdfast.js');
const tell = (text) => console.error(text);

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
try {
  const few = newDataDir('few');
  const many = newDataDir('many');
  tell(`installing ${installed} providers`);
  await installProviders(many, installed, work);
  console.log([...movingBytes(few), '', ...startsOfCommands(few, many)].join('\n'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function newDataDir(name) {
  const dataDir = join(work, name);
  const holdfast = (...args) => must([process.execPath, program, '--data-dir', dataDir, '--yes', '--quiet', ...args]);
  holdfast('init');
  holdfast('location', 'add', 'local', '--path', join(work, `${name}-location`));
  return dataDir;
}

function movingBytes(dataDir) {
  const bytes = String(mebibytes * 2 ** 20);
  const moving = (isolation) => [join(here, 'move-bytes.mjs'), dataDir, isolation, bytes];
  const programs = { inline: moving('inline'), process: moving('process'), bare: [join(here, 'bare-pipe.mjs'), join(work, 'bare'), bytes] };
  const runs = { inline: [], process: [], bare: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, program] of Object.entries(programs)) {
      const { output, cpu } = measure({ argv: [process.execPath, ...program] });
      runs[name].push({ cpu, ...JSON.parse(output) });
      tell(`round ${round} of ${rounds}: ${name}`);
    }
  }
  const rate = (isolation, what) => median(runs[isolation].map((run) => run.bytes / 1e6 / run[what]));
  const cpu = (name) => median(runs[name].map((run) => run.cpu));
  const start = (isolation) => median(runs[isolation].map((run) => run.start * 1000)).toFixed(0);
  const row = (title, name, ready) =>
    `| ${title} | ${rate(name, 'put').toFixed(0)} | ${rate(name, 'get').toFixed(0)} | ${cpu(name).toFixed(2)} | ${ready} |`;
  const share = (title, name, ready) => {
    const of = (what) => (rate(name, what) / rate('inline', what)).toFixed(2);
    return `| ${title} | ${of('put')} | ${of('get')} | ${(cpu(name) / cpu('inline')).toFixed(2)} | ${ready} |`;
  };
  const memory = median(runs.process.map((run) => run.memory ?? 0)) / 2 ** 20;
  return [
    `| provider-local, ${mebibytes} MiB | put MB/s | get MB/s | processor s, all in all | ready after ms |`,
    '| --- | --- | --- | --- | --- |',
    row('inline', 'inline', start('inline')),
    row('process', 'process', start('process')),
    row('two processes, a pipe and a file, without Holdfast', 'bare', ''),
    share('process / inline (goal: at least 0.90)', 'process', '(goal: under 200)'),
    share('that pipe / inline', 'bare', ''),
    '',
    `Memory of the provider's process: ${memory.toFixed(0)} MiB.`,
  ];
}

function startsOfCommands(few, many) {
  const commands = { 'settings show': ['settings', 'show'], 'backup list': ['backup', 'list'] };
  const lines = [`| start of a command | no provider installed, ms | ${installed} installed, ms | ratio |`, '| --- | --- | --- | --- |'];
  for (const [name, args] of Object.entries(commands)) {
    const runs = { few: [], many: [] };
    for (let round = 0; round < starts; round += 1) {
      for (const [which, dataDir] of Object.entries({ few, many })) {
        runs[which].push(measure({ argv: [process.execPath, program, '--data-dir', dataDir, '--json', ...args] }));
      }
    }
    const milliseconds = (which) => median(runs[which].map(({ wall }) => wall * 1000));
    const cells = [
      milliseconds('few').toFixed(0),
      milliseconds('many').toFixed(0),
      (milliseconds('many') / milliseconds('few')).toFixed(3),
    ];
    lines.push(`| \`holdfast ${name}\` | ${cells.join(' | ')} |`);
  }
  return lines;
}
