// A thread that packs blocks.
import { parentPort, workerData } from 'node:worker_threads';
import { createCodec } from './codec.js';

const codec = createCodec(workerData.module, workerData.memory, workerData.slots);

parentPort.on('message', ({ slot, size, level }) => parentPort.postMessage({ slot, size: codec.pack(slot, size, level) }));
parentPort.postMessage({ places: codec.places });
