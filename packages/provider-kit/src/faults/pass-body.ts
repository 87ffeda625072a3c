import { setTimeout as delay } from 'node:timers/promises';
import { type BodyShape, unshaped } from './body-shape.js';
import { type BodySpan, createBodyScanner } from './body-scanner.js';
import type { ConnectionBytes } from './connection-bytes.js';
import type { BodyFraming } from './http-head.js';

export interface BodyPassage {
  readonly from: ConnectionBytes;
  /** Absent: its bytes go nowhere. */
  readonly to?: ConnectionBytes;
  readonly framing: BodyFraming;
  readonly shape?: BodyShape;
  /** Is told of the body's bytes that were passed on. */
  count(bytes: number): void;
  /** Ends the waiting of `drip`. */
  readonly signal: AbortSignal;
}

/**
 * - `complete`: all of it has passed
 * - `limit`: as much as the shape allows has passed
 * - `source-ended`, `target-gone`: the rest can't be had, or nobody wants it
 */
export type BodyOutcome = 'complete' | 'limit' | 'source-ended' | 'target-gone';

export async function passBody({ from, to, framing, shape = unshaped, count, signal }: BodyPassage): Promise<BodyOutcome> {
  const scanner = createBodyScanner(framing);
  let passed = 0;

  /** In small portions where they have to drip. */
  async function write(bytes: Buffer): Promise<boolean> {
    if (to === undefined) return true;
    if (shape.bytesPerSecond === undefined) return to.write(bytes);
    const portion = Math.max(1, Math.ceil(shape.bytesPerSecond / 20));
    for (let start = 0; start < bytes.length; start += portion) {
      const slice = bytes.subarray(start, start + portion);
      await delay((slice.length * 1000) / shape.bytesPerSecond, undefined, { signal }).catch(() => {});
      if (!(await to.write(slice))) return false;
    }
    return true;
  }

  /** Undefined: it has passed, and more may. */
  async function passSpan({ bytes, payload }: BodySpan): Promise<BodyOutcome | undefined> {
    const allowed = payload ? bytes.subarray(0, shape.limit - passed) : bytes;
    const isWritten = await write(payload ? flipped(allowed, (shape.flip ?? -1) - passed) : allowed);
    if (!isWritten) return 'target-gone';
    if (!payload) return undefined;
    passed += allowed.length;
    count(allowed.length);
    return allowed.length < bytes.length ? 'limit' : undefined;
  }

  while (!scanner.complete) {
    const bytes = await from.read();
    if (bytes === undefined) return framing.kind === 'until-end' ? 'complete' : 'source-ended';
    const { spans, rest } = scanner.take(bytes);
    from.unread(rest);
    for (const span of spans) {
      const outcome = await passSpan(span);
      if (outcome !== undefined) return outcome;
    }
  }
  return 'complete';
}

function flipped(bytes: Buffer, offset: number): Buffer {
  const byte = bytes[offset];
  if (byte === undefined) return bytes;
  const changed = Buffer.from(bytes);
  changed[offset] = byte ^ 0xff;
  return changed;
}
