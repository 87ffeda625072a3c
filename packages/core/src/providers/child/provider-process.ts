import { Socket } from 'node:net';
import { createInlineRuntime } from '../inline-runtime.js';
import { importEntry } from '../provider-module.js';
import type { ChildMessage } from '../protocol/child-message.js';
import { createControlReader, encodeControl } from '../protocol/control-frames.js';
import { createDataChannel } from '../protocol/data-channel.js';
import { type HostMessage, parseHostMessage, type WirePackage } from '../protocol/host-message.js';
import { protocolVersion } from '../protocol/limits.js';
import { toWireError } from '../protocol/wire-error.js';
import { createChannelLogger } from './channel-logger.js';
import { childPackageOf } from './child-package.js';
import { openDataSocket } from './data-socket.js';
import { toFatalError } from './fatal-error.js';
import { createServer } from './serve-host.js';

// The main module of a provider's process: runs one package's code for the host that started it. File descriptor 3 carries
// messages, 4 the objects' bytes. Standard output and error are the provider's, and the host reads them as its log.

const controlFd = 3;
const dataFd = 4;

/** How long the last message may take to reach a host that is busy, milliseconds. */
const farewell = 1_000;

const control = new Socket({ fd: controlFd, readable: true, writable: true });
const data = createDataChannel(
  openDataSocket(dataFd, (bytes) => data.push(bytes)).on('error', () => {}),
  (reason) => fail(new Error(`The host ${reason}.`)),
);

function send(message: ChildMessage): void {
  if (control.writable) control.write(encodeControl(message));
}

/** Says a last thing and ends. */
function leave(message: ChildMessage, code: number): void {
  setTimeout(() => process.exit(code), farewell);
  control.end(encodeControl(message), () => process.exit(code));
}

function fail(error: unknown): void {
  leave({ type: 'fatal', error: toFatalError(error) }, 1);
}

// What nobody caught leaves the provider in a state that nobody knows. Rejections come here too.
process.on('uncaughtException', fail);
// Without its host there is nothing to do, and nobody to do it for.
control.on('error', () => process.exit(0)).on('close', () => process.exit(0));

let started: ReturnType<typeof start> | undefined;

function start(found: WirePackage) {
  const load = async (what: Parameters<typeof importEntry>[0]) => {
    const exported = await importEntry(what);
    send({ type: 'loaded' });
    return exported;
  };
  const log = createChannelLogger(send);
  // The host knows how long it waits, and may end this process at any time.
  const runtime = createInlineRuntime(childPackageOf(found), load, { deactivateLimit: 3_600_000, log });
  runtime.activate().then(
    () => send({ type: 'active' }),
    (error: unknown) => send({ type: 'refused', error: toWireError(error) }),
  );
  return { runtime, server: createServer({ runtime, data, send }) };
}

function take(message: HostMessage): void {
  switch (message.type) {
    case 'start':
      started ??= start(message.package);
      return;
    case 'request':
      return started?.server.request(message.id, message.call);
    case 'cancel':
      return started?.server.cancel(message.id);
    case 'ping':
      return send({ type: 'pong', id: message.id, memory: process.memoryUsage.rss() });
    case 'shutdown':
      void Promise.resolve(started?.runtime[Symbol.asyncDispose]()).finally(() => leave({ type: 'stopped' }, 0));
  }
}

const reader = createControlReader({
  onValue(value) {
    const message = parseHostMessage(value);
    if (message === undefined) fail(new Error('The host sent a message that the protocol does not know.'));
    else take(message);
  },
  onFault: (reason) => fail(new Error(`The host ${reason}.`)),
});
control.on('data', (chunk) => reader.push(chunk));
send({ type: 'hello', protocol: protocolVersion });
