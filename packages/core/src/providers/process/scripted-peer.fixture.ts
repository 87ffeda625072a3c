import { duplexPair } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createControlReader, encodeControl } from '../protocol/control-frames.js';
import { type HostMessage, parseHostMessage } from '../protocol/host-message.js';
import type { ProviderPackage } from '../provider-package.js';
import { createProviderConnection } from './provider-connection.js';
import { defaultRuntimeLimits, type RuntimeLimits } from './runtime-limits.js';

const identity = { name: 'scripted', version: '1.0.0', folder: '/scripted' };

const scripted: ProviderPackage = {
  ...identity,
  range: '*',
  entry: 'main.js',
  types: [],
  permissions: { network: [], filesystem: 'none' },
};

/** A connection to a process that says what the test has it say. */
export function connectToScript(limits: Partial<RuntimeLimits> = {}) {
  const [control, peerControl] = duplexPair();
  const [data, peerData] = duplexPair();
  const told = { faults: [] as string[], responses: [] as boolean[], busy: [] as boolean[], received: [] as HostMessage[] };
  const connection = createProviderConnection({
    control,
    data,
    found: scripted,
    limits: { ...defaultRuntimeLimits, ...limits },
    log: () => {},
    onFault: (reason) => void told.faults.push(reason),
    onUnresponsive: (unresponsive) => void told.responses.push(unresponsive),
    onBusy: (busy) => void told.busy.push(busy),
  });
  onTestFinished(() => connection.close(new Error('The test is over.')));
  const reader = createControlReader({
    onValue(value) {
      const message = parseHostMessage(value);
      if (message !== undefined) told.received.push(message);
    },
    onFault(reason) {
      throw new Error(reason);
    },
  });
  peerControl.on('data', (bytes: Buffer) => reader.push(bytes));
  return {
    connection,
    ...told,
    say: (message: object) => void peerControl.write(encodeControl(message)),
    sayBytes: (bytes: Uint8Array) => void peerControl.write(bytes),
    sayData: (bytes: Uint8Array) => void peerData.write(bytes),
    /** The ids of the requests so far. */
    requested: () => told.received.flatMap((message) => (message.type === 'request' ? [message.id] : [])),
  };
}
