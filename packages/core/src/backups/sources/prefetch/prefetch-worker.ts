import { parentPort, workerData } from 'node:worker_threads';
import { batchesIn } from './file-batch.js';
import type { PrefetchRequest } from './prefetch-thread.js';

// The thread that reads small files before they are packed.

const start: unknown = workerData;
if (!(start instanceof SharedArrayBuffer)) throw new Error('A prefetching thread is started with the memory of its batches.');
const batches = batchesIn(start);

parentPort?.on('message', ({ batch, paths }: PrefetchRequest) => batches[batch]?.fill(paths));
