// Turns the results into Markdown tables, as they stand in docs/performance.md, and into JSON.
import { compare, median, memoryBound, peakMemory } from './goals.mjs';

const taskTitles = {
  create: 'Create',
  verify: 'Verify',
  restore: 'Restore all',
  file: 'One file',
  pack: 'Pack, uncompressed and in the clear',
};
const units = { wall: 'wall', cpu: 'processor', bytes: 'size' };

export function renderReport({ about, trees, cases, results, leftOut }) {
  return [
    `${about.date.slice(0, 10)}, ${about.cores} cores (${about.processor}), Node ${about.node}, ${about.system}; ${plural(about.rounds, 'round')} in turn, medians;`,
    `processor time and memory counted by ${about.meter}; ${Object.values(about.versions).join('; ')}.`,
    ...trees.flatMap((tree) => renderTree(tree, cases, results)),
    ...renderGoals(results),
    ...(leftOut.length === 0 ? [] : ['', 'Left out:', '', ...leftOut.map(({ what, why }) => `- ${what}: ${why}`)]),
  ].join('\n');
}

/** Everything that was measured, for other programs: seconds and bytes. */
export function reportDocument({ about, trees, cases, results, leftOut }) {
  return {
    ...about,
    trees: trees.map(({ id, title, bytes, files, sample }) => ({
      id,
      title,
      bytes,
      files,
      sample: { path: sample.path, bytes: sample.bytes },
    })),
    results: cases
      .filter(({ id }) => results.has(id))
      .map(({ id, tree, task, label }) => ({ id, tree, task, label, median: medians(results.get(id)), rounds: results.get(id) })),
    ratios: compare(results),
    memory: { peak: peakMemory(results), bound: memoryBound },
    leftOut,
  };
}

function renderTree(tree, cases, results) {
  const measured = cases.filter((one) => one.tree === tree.id && results.has(one.id));
  if (measured.length === 0) return [];
  const lines = ['', `### ${tree.title}: ${tree.files.toLocaleString('en')} files, ${megabytes(tree.bytes)} MB`];
  for (const [task, title] of Object.entries(taskTitles)) {
    const ofTask = measured.filter((one) => one.task === task);
    if (ofTask.length === 0) continue;
    const withSize = task === 'create' || task === 'pack';
    const heading = task === 'file' ? `${title} (${tree.sample.bytes.toLocaleString('en')} bytes)` : title;
    lines.push('', `| ${heading} | wall s | processor s | MB/s | peak MiB |${withSize ? ' output MB |' : ''}`);
    lines.push(`| --- | --- | --- | --- | --- |${withSize ? ' --- |' : ''}`);
    for (const { id, label } of ofTask) lines.push(renderRow(label, results.get(id), task === 'file' ? undefined : tree.bytes, withSize));
  }
  return lines;
}

function renderRow(label, runs, treeBytes, withSize) {
  const { wall, cpu, memory, bytes, beside } = medians(runs);
  const digits = wall < 1 ? 3 : 2;
  const walls = runs.map((run) => run.wall);
  const range = runs.length === 1 ? '' : ` [${Math.min(...walls).toFixed(digits)}-${Math.max(...walls).toFixed(digits)}]`;
  const cells = [
    label,
    `${wall.toFixed(digits)}${range}`,
    cpu.toFixed(digits),
    treeBytes === undefined ? '' : (treeBytes / 1e6 / wall).toFixed(treeBytes / 1e6 / wall < 10 ? 1 : 0),
    memory === undefined ? '' : String(mebibytes(memory)),
    ...(withSize ? [`${megabytes(bytes)}${beside === undefined ? '' : ` (${megabytes(beside)} beside)`}`] : []),
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderGoals(results) {
  const rows = compare(results).map(({ title, what, ratio, least, greatest, goal }) => {
    const digits = what === 'bytes' ? 4 : 3;
    if (ratio === undefined) return `| ${title} | ${units[what]} | not measured | ${goal} | |`;
    const range = least === greatest ? '' : ` [${least.toFixed(digits)}-${greatest.toFixed(digits)}]`;
    return `| ${title} | ${units[what]} | ${ratio.toFixed(digits)}${range} | ${goal} | ${ratio <= goal ? 'reached' : '**missed**'} |`;
  });
  const peak = peakMemory(results);
  const verdict = peak !== undefined && peak <= memoryBound ? 'reached' : '**missed**';
  const memory =
    peak === undefined
      ? `| peak memory of Holdfast | MiB | not measured | ${mebibytes(memoryBound)} | |`
      : `| peak memory of Holdfast | MiB | ${mebibytes(peak)} | ${mebibytes(memoryBound)} | ${verdict} |`;
  return [
    '',
    '### Goals',
    '',
    '| Holdfast / other | in | ratio [least-greatest] | goal at most | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    memory,
  ];
}

/** Of each figure the median over the rounds, but of memory the greatest. */
function medians(runs) {
  const all = (what) => runs.map((run) => run[what]).filter((value) => value !== undefined);
  const memory = all('memory');
  const bytes = all('bytes');
  const beside = all('beside');
  return {
    wall: median(all('wall')),
    cpu: median(all('cpu')),
    ...(memory.length === 0 ? {} : { memory: Math.max(...memory) }),
    ...(bytes.length === 0 ? {} : { bytes: median(bytes) }),
    ...(beside.length === 0 ? {} : { beside: median(beside) }),
  };
}

function mebibytes(bytes) {
  return Math.ceil(bytes / 2 ** 20);
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(2);
}

function plural(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
