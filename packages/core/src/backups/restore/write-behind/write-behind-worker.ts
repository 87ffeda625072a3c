import { workerData } from 'node:worker_threads';
import { batchCount, WriteBehindMemory } from './write-behind-memory.js';

// The thread that writes small files together with the one that restores.

const start: unknown = workerData;
if (!(start instanceof SharedArrayBuffer)) throw new Error('A thread that writes is started with the memory of its batches.');
const shared = new WriteBehindMemory(start);

for (let helped = 0; ; ) {
  const latest = shared.next(helped);
  for (let round = Math.max(helped + 1, latest - batchCount + 1); round <= latest; round += 1) shared.batch(round).help(round);
  helped = latest;
}
