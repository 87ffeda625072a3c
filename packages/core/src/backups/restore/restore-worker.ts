import { parentPort, workerData } from 'node:worker_threads';
import { innerFaults } from '../../archive/faults.js';
import { readTar } from '../../archive/tar/read-tar.js';
import { RingBroken, RingReader } from '../../base/byte-ring.js';
import { toThreadError } from '../../base/thread-error.js';
import { sourceEntries } from '../source-entries.js';
import { restoreEntries } from './restore-entries.js';
import { isRestoreStart, type RestoreMessage, type RestoreOutcome, type RestoreRequest } from './restore-messages.js';
import { Tally } from './tally.js';
import { WriteBehind } from './write-behind/write-behind.js';

// The thread that writes what is restored, beside the one that decrypts and unpacks it.

const start: unknown = workerData;
if (!isRestoreStart(start)) throw new Error('A restoring thread is started with the memory of its ring.');
const { memory, sample } = start;
const behind = new WriteBehind((shared) => say({ kind: 'small-files', memory: shared }), { sample });

function say(message: RestoreMessage): void {
  parentPort?.postMessage(message);
}

async function restore({ member, target }: RestoreRequest): Promise<RestoreOutcome> {
  const ring = new RingReader(memory, () => say({ kind: 'room' }));
  const tally = new Tally();
  try {
    const faults = innerFaults(member, 'the unpacked archive');
    const members = readTar(ring.chunks(), { faults, mayLackEnd: () => ring.cutEnd });
    const observer = { includes: () => true, onEntry: () => ring.count() };
    const missing = await restoreEntries(sourceEntries(target.source, members), target, tally, observer, behind);
    return { restored: tally.result(), missing };
  } catch (error) {
    const failure = error instanceof RingBroken ? {} : { failure: toThreadError(error) };
    return { restored: tally.result(), missing: new Map(), ...failure };
  }
}

parentPort?.on('message', (request: RestoreRequest) => void restore(request).then((outcome) => say({ kind: 'done', outcome })));
say({ kind: 'ready' });
