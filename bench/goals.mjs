// The goals: each is the ratio of two cases of one run. They judge nothing by themselves, but for memory.

/** Holdfast may never be larger than this, at any size of the backup. */
export const memoryBound = 140 * 2 ** 20;

const pipe = 'corpus/pigz/create';
const unpipe = 'corpus/pigz/restore';

/** `of` over `to`, in `what`: wall, cpu (seconds) or bytes (of output). */
export const goals = [
  { title: 'create / pigz pipe', of: 'corpus/holdfast/create', to: pipe, what: 'wall', goal: 0.4 },
  { title: 'create / pigz pipe', of: 'corpus/holdfast/create', to: pipe, what: 'cpu', goal: 0.32 },
  { title: 'create / `restic backup`', of: 'corpus/holdfast/create', to: 'corpus/restic/create', what: 'wall', goal: 0.65 },
  { title: 'create / pigz pipe', of: 'corpus/holdfast/create', to: pipe, what: 'bytes', goal: 1.02 },
  { title: 'create `--level 6` / pigz pipe', of: 'corpus/holdfast/create-6', to: pipe, what: 'wall', goal: 0.6 },
  { title: 'create `--level 6` / pigz pipe', of: 'corpus/holdfast/create-6', to: pipe, what: 'bytes', goal: 1 },
  { title: 'verify / `openssl \\| pigz -d \\| tar x`', of: 'corpus/holdfast/verify', to: unpipe, what: 'wall', goal: 0.75 },
  { title: 'verify, no index / the same', of: 'corpus/holdfast/verify-alone', to: unpipe, what: 'wall', goal: 0.95 },
  { title: 'verify / `restic check --read-data`', of: 'corpus/holdfast/verify', to: 'corpus/restic/verify', what: 'wall', goal: 0.45 },
  { title: 'restore / `openssl \\| pigz -d \\| tar x`', of: 'corpus/holdfast/restore', to: unpipe, what: 'wall', goal: 0.75 },
  { title: 'restore, no index / the same', of: 'corpus/holdfast/restore-alone', to: unpipe, what: 'wall', goal: 0.95 },
  { title: 'restore / `restic restore`', of: 'corpus/holdfast/restore', to: 'corpus/restic/restore', what: 'wall', goal: 0.45 },
  { title: 'one file / `restic dump`', of: 'corpus/holdfast/file', to: 'corpus/restic/file', what: 'wall', goal: 0.12 },
  { title: 'one file, version 3 / `restic dump`', of: 'corpus/holdfast/file-v3', to: 'corpus/restic/file', what: 'wall', goal: 0.3 },
  { title: 'many files, uncompressed / `tar`', of: 'many/holdfast/pack', to: 'many/tar/pack', what: 'wall', goal: 1.5 },
];

/**
 * Each goal with what was measured: the ratio of the medians, and the least and greatest ratio within one round.
 * `ratio` is undefined where one of the two was not measured.
 */
export function compare(results) {
  return goals.map((goal) => {
    const [top, bottom] = [goal.of, goal.to].map((id) => results.get(id)?.map((run) => run[goal.what]));
    if (top === undefined || bottom === undefined) return { ...goal };
    const perRound = top.map((value, round) => value / bottom[round]);
    return { ...goal, ratio: median(top) / median(bottom), least: Math.min(...perRound), greatest: Math.max(...perRound) };
  });
}

/** The greatest memory of any of Holdfast's runs, in bytes; undefined if none was measured. */
export function peakMemory(results) {
  const all = [...results].filter(([id]) => id.includes('/holdfast/')).flatMap(([, runs]) => runs.map((run) => run.memory));
  const known = all.filter((memory) => memory !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
