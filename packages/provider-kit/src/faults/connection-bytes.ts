import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The bytes of a connection, read and written at the pace of who is slower. One of a time reads, and one writes. */
export interface ConnectionBytes {
  /** Undefined at the end, whether the other side ended or broke it. */
  read(): Promise<Buffer | undefined>;
  /** Puts back what was read too much. */
  unread(bytes: Buffer): void;
  /** Waits until there is something to read (true) or never will be, and takes nothing. */
  readable(): Promise<boolean>;
  /** False: the connection is gone. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** It ended without a farewell. */
  broken(): boolean;
  /** No more is written; the other side may go on. */
  end(): void;
  /** Says goodbye and lets the other side finish what it is sending: closed too early, it would not see our last words. */
  finish(): Promise<void>;
  /** Leaves at once, without an error for the other side where nothing of it was left unread. */
  leave(): void;
  /** Breaks it, as soon as what was written is on its way. */
  reset(): Promise<void>;
}

const finishLimitMs = 2000;
const resetLimitMs = 1000;
/** The last bytes have arrived then. A reset that comes together with bytes is taken for an ordinary end by some systems and libraries. */
const settleMs = 20;

export function connectionBytes(socket: Socket): ConnectionBytes {
  let kept: Buffer | undefined;
  let failed = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  // Node says goodbye before it resets, and then the other side may see nothing but a normal end.
  socket.destroySoon = () => {
    socket.destroy();
  };
  socket.on('error', () => {
    failed = true;
  });
  for (const event of ['readable', 'end', 'drain', 'close']) socket.on(event, wake);

  async function change(): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
    });
  }

  async function read(): Promise<Buffer | undefined> {
    for (;;) {
      if (kept !== undefined) {
        const bytes = kept;
        kept = undefined;
        return bytes;
      }
      const bytes: unknown = socket.read();
      if (Buffer.isBuffer(bytes)) return bytes;
      if (socket.readableEnded || socket.destroyed) return undefined;
      await change();
    }
  }

  return {
    read,
    unread(bytes) {
      if (bytes.length > 0) kept = kept === undefined ? bytes : Buffer.concat([bytes, kept]);
    },
    async readable() {
      for (;;) {
        if (kept !== undefined || socket.readableLength > 0) return true;
        if (socket.readableEnded || socket.destroyed) return false;
        // Takes nothing, but lets the end be noticed.
        socket.read(0);
        await change();
      }
    },
    async write(bytes) {
      if (bytes.length === 0) return !socket.destroyed;
      if (socket.destroyed || socket.writableEnded) return false;
      if (socket.write(bytes)) return true;
      while (socket.writableNeedDrain && !socket.destroyed) await change();
      return !socket.destroyed;
    },
    broken: () => failed,
    end() {
      if (!socket.destroyed) socket.end();
    },
    async finish() {
      if (!socket.destroyed) socket.end();
      const drain = async () => {
        while ((await read()) !== undefined);
      };
      await within(finishLimitMs, drain());
      socket.destroy();
    },
    leave() {
      socket.destroy();
    },
    async reset() {
      if (socket.destroyed) return;
      if (socket.writable && socket.bytesWritten > 0) {
        await within(resetLimitMs, new Promise<void>((resolve) => socket.write('', () => resolve())));
        await delay(settleMs);
      }
      socket.resetAndDestroy();
    },
  };
}

/** Waits for it, but not for ever. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, delay(limitMs, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
