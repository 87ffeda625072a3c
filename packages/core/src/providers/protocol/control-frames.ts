import { maxControlBytes } from './limits.js';

const headerBytes = 4;

export interface ControlReader {
  /** Takes the next bytes of the channel, cut anywhere. Heeds nothing after a fault. */
  push(bytes: Uint8Array): void;
}

export interface ControlEvents {
  readonly onValue: (value: unknown) => void;
  /** What came is no message. To follow "it ...". */
  readonly onFault: (reason: string) => void;
}

/** The bytes of a message: its length in four bytes, then JSON. `RangeError` if it is too large, `TypeError` if JSON can't hold it. */
export function encodeControl(message: object): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  if (length > maxControlBytes) throw new RangeError(`A message of ${length} bytes is larger than ${maxControlBytes}.`);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headerBytes);
  return frame;
}

/** Finds the messages in what comes from the other side. Holds at most one message. */
export function createControlReader({ onValue, onFault }: ControlEvents): ControlReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const header = Buffer.alloc(headerBytes);
  let headerHeld = 0;
  let content: Buffer | undefined;
  let held = 0;
  let faulty = false;

  function fault(reason: string): void {
    faulty = true;
    onFault(reason);
  }

  function deliver(bytes: Uint8Array): void {
    let value: unknown;
    try {
      value = JSON.parse(decoder.decode(bytes));
    } catch {
      return fault('sent a message that is no JSON');
    }
    onValue(value);
  }

  /** Takes what belongs to the header, and returns where the rest starts. */
  function takeHeader(bytes: Uint8Array, from: number): number {
    const part = bytes.subarray(from, from + headerBytes - headerHeld);
    header.set(part, headerHeld);
    headerHeld += part.length;
    if (headerHeld < headerBytes) return from + part.length;
    const length = header.readUInt32BE(0);
    if (length > maxControlBytes) fault(`sent a message of ${length} bytes`);
    else content = Buffer.allocUnsafe(length);
    return from + part.length;
  }

  function takeContent(bytes: Uint8Array, from: number, into: Buffer): number {
    const part = bytes.subarray(from, from + into.length - held);
    into.set(part, held);
    held += part.length;
    if (held === into.length) {
      content = undefined;
      headerHeld = 0;
      held = 0;
      deliver(into);
    }
    return from + part.length;
  }

  return {
    push(bytes) {
      let at = 0;
      for (;;) {
        // A message without content is whole as soon as its header is.
        if (faulty || (at === bytes.length && content?.length !== 0)) return;
        at = content === undefined ? takeHeader(bytes, at) : takeContent(bytes, at, content);
      }
    },
  };
}
