import { duplexPair } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createDataChannel, type DataChannel } from './data-channel.js';

/** Two ends of a data channel in one process, and what went wrong at either. */
export function channelPair(): { readonly here: DataChannel; readonly there: DataChannel; readonly faults: string[] } {
  const [left, right] = duplexPair();
  const faults: string[] = [];
  const here = createDataChannel(left, (reason) => void faults.push(`here: ${reason}`));
  const there = createDataChannel(right, (reason) => void faults.push(`there: ${reason}`));
  left.on('data', (bytes: Buffer) => here.push(bytes));
  right.on('data', (bytes: Buffer) => there.push(bytes));
  return { here, there, faults };
}

/** Lets everything happen that needs nothing from outside. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await setImmediate();
}
