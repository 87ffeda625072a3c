import { subjectOf } from '../provider-module.js';
import { parseChildMessage, type ChildMessage } from '../protocol/child-message.js';
import { createControlReader, encodeControl } from '../protocol/control-frames.js';
import { createDataChannel } from '../protocol/data-channel.js';
import type { HostMessage } from '../protocol/host-message.js';
import { createPulse } from './pulse.js';
import type { ProviderConnectionOptions } from './connection-types.js';
import type { RemoteCaller } from './remote-call.js';
import { createRequests } from './requests.js';
import { createStart } from './start-sequence.js';
import { wirePackageOf } from './wire-package.js';

/** Both channels to a process, and what goes over them. */
export function createChannels(options: ProviderConnectionOptions) {
  const { control, data: bytes, found, limits } = options;
  let lastId = 0;
  let memory: number | undefined;
  let dropped = 0;
  let state: 'open' | 'faulty' | 'closed' = 'open';
  let onStopped = () => {};
  const stopped = new Promise<void>((resolve) => (onStopped = resolve));

  const nextId = () => (lastId += 1);

  function send(message: HostMessage): void {
    const frame = encodeControl(message);
    if (!control.destroyed && control.writable) control.write(frame);
  }

  function fault(reason: string): void {
    if (state !== 'open') return;
    state = 'faulty';
    pulse.stop();
    options.onFault(reason);
  }

  const data = createDataChannel(bytes, fault);
  const pulse = createPulse({ limits, sendPing: (id) => send({ type: 'ping', id }), onUnresponsive: options.onUnresponsive }, nextId);
  const requests = createRequests({
    nextId,
    send,
    onSent: pulse.sent,
    onBusy(busy) {
      pulse.setBusy(busy);
      options.onBusy?.(busy);
    },
  });
  const start = createStart({
    subject: subjectOf(found),
    limits,
    sendStart: () => send({ type: 'start', package: wirePackageOf(found) }),
    onFault: fault,
  });

  function take(message: ChildMessage): void {
    switch (message.type) {
      case 'hello':
      case 'loaded':
      case 'active':
      case 'refused':
        return start.take(message);
      case 'acknowledge':
        return count(pulse.acknowledged(message.id));
      case 'pong':
        memory = message.memory;
        return count(pulse.acknowledged(message.id));
      case 'response':
      case 'failure':
        return count(requests.answered(message.id, message));
      case 'log': {
        const { level, message: text, locationId } = message;
        return options.log({ level, message: text, ...(locationId !== undefined && { locationId }) });
      }
      case 'stopped':
        return onStopped();
      case 'fatal':
        return options.onFatal?.(message.error);
    }
  }

  /** What nobody waits for is dropped: it may have been cancelled. */
  function count(expected: boolean): void {
    if (!expected) dropped += 1;
  }

  const reader = createControlReader({
    onValue(value) {
      if (state !== 'open') return;
      const message = parseChildMessage(value);
      if (message === undefined) fault('sent a message that the protocol does not know');
      else take(message);
    },
    onFault: fault,
  });

  control.on('data', (chunk: Buffer) => reader.push(chunk));
  bytes.on('data', (chunk: Buffer) => data.push(chunk));
  for (const channel of [control, bytes]) {
    // Errors are those of a process that is gone.
    channel.on('error', () => {});
    channel.on('close', () => {
      onStopped();
      if (state !== 'closed') options.onClosed?.();
    });
  }

  const caller: RemoteCaller = {
    data,
    request: requests.request,
    call: (call, signal) => requests.request(call, signal).outcome,
    cancel: requests.cancel,
    newStream: nextId,
    begin: requests.begin,
  };

  return {
    caller,
    requests,
    pulse,
    start,
    memory: () => memory,
    dropped: () => dropped + data.dropped,
    async shutdown(): Promise<void> {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<void>((resolve) => (timer = setTimeout(resolve, limits.deactivate)));
      if (!control.destroyed) send({ type: 'shutdown' });
      await Promise.race([stopped, tooLate]);
      clearTimeout(timer);
    },
    close(reason: Error): void {
      if (state === 'closed') return;
      state = 'closed';
      pulse.stop();
      start.fail(reason);
      requests.close(reason);
      data.close(reason);
      control.destroy();
      bytes.destroy();
      onStopped();
    },
  };
}
