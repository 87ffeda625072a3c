#!/usr/bin/env node
// Measures Holdfast beside other backup tools on the same trees in the same run. Prints tables and writes JSON. Fails if
// something comes back changed or memory goes over its bound; no time makes it fail.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, type } from 'node:os';
import { dirname } from 'node:path';
import { memoryBound, peakMemory } from './goals.mjs';
import * as holdfast from './holdfast.mjs';
import { meter } from './measure.mjs';
import { readOptions } from './options.mjs';
import * as borg from './peers/borg.mjs';
import * as pipes from './peers/pipes.mjs';
import * as restic from './peers/restic.mjs';
import { renderReport, reportDocument } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { tasks } from './cases.mjs';
import { makeTrees } from './trees.mjs';

const date = new Date().toISOString();
const options = readOptions(date);
const { work, rounds } = options;
const tell = (text) => console.error(text);

mkdirSync(work, { recursive: true });
tell('making the trees');
const trees = makeTrees(work, options);
const setup = holdfast.setUp(work);
const peers = [pipes, restic, borg].filter(({ name }) => options.peers.includes(name)).map((peer) => ({ ...peer, found: peer.detect() }));

const cases = trees.flatMap((tree) => {
  const ofTree = [
    ...holdfast.cases({ tree, work, setup }),
    ...peers.flatMap((peer) => peer.cases({ tree, work, missing: peer.found.missing })),
  ];
  return tasks.flatMap((task) => ofTree.filter((one) => one.task === task));
});
const results = runRounds(cases, ({ task }) => options.only.includes(task), rounds, tell);

const versions = Object.fromEntries(
  peers.flatMap(({ found }) => Object.entries(found.versions)).filter(([, version]) => version !== undefined),
);
const about = {
  date,
  node: process.version,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  system: type(),
  meter,
  rounds,
  versions: { holdfast: `Holdfast ${setup.version}`, ...versions },
};
const missing = peers.flatMap(({ found }) => found.missing.map((tool) => ({ what: tool, why: 'not installed' })));
const report = { about, trees, cases, results, leftOut: [...setup.leftOut, ...missing] };
mkdirSync(dirname(options.json), { recursive: true });
writeFileSync(options.json, `${JSON.stringify(reportDocument(report), undefined, 2)}\n`);
console.log(renderReport(report));
tell(`\nAll that was restored was compared with the trees, without a difference. The results as JSON: ${options.json}`);
if (!options.keep) rmSync(work, { recursive: true, force: true });

const peak = peakMemory(results);
if (peak === undefined) tell("Holdfast's memory was not measured: that needs python3 or GNU time, and a command of Holdfast.");
else if (peak > memoryBound) {
  tell(`Holdfast's peak of ${Math.ceil(peak / 2 ** 20)} MiB is over the bound of ${memoryBound / 2 ** 20} MiB.`);
  process.exitCode = 1;
}
