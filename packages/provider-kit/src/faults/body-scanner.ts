import type { BodyFraming } from './http-head.js';

/** A part of what was received: the body's own bytes, or what frames them. */
export interface BodySpan {
  readonly bytes: Buffer;
  readonly payload: boolean;
}

export interface BodyScanner {
  /** All of the body has been taken. */
  readonly complete: boolean;
  /** Its part of these bytes, in spans; the rest belongs to the next message. */
  take(bytes: Buffer): { readonly spans: readonly BodySpan[]; readonly rest: Buffer };
}

/** Finds a body's bytes and its end in what a connection carries. */
export function createBodyScanner(framing: BodyFraming): BodyScanner {
  switch (framing.kind) {
    case 'length':
      return scanLength(framing.length);
    case 'until-end':
      return scanLength(Number.POSITIVE_INFINITY);
    case 'chunked':
      return scanChunks();
  }
}

function scanLength(length: number): BodyScanner {
  let left = length;
  return {
    get complete() {
      return left === 0;
    },
    take(bytes) {
      const own = bytes.subarray(0, left);
      left -= own.length;
      return { spans: own.length === 0 ? [] : [{ bytes: own, payload: true }], rest: bytes.subarray(own.length) };
    },
  };
}

/**
 * RFC 9112, 7.1: lines with a size in hexadecimal, each followed by so many bytes and a line's end; after the size 0, lines until an empty
 * one.
 */
function scanChunks(): BodyScanner {
  let part: 'size' | 'data' | 'data-end' | 'trailer' | 'complete' = 'size';
  let line = '';
  let left = 0;

  function endOfLine(): void {
    const text = line.trim();
    line = '';
    if (part === 'data-end') part = 'size';
    else if (part === 'trailer') part = text === '' ? 'complete' : 'trailer';
    else {
      left = /^[0-9a-f]{1,12}\s*(;|$)/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
      if (Number.isNaN(left)) throw new Error('The size of a chunk is no number.');
      part = left === 0 ? 'trailer' : 'data';
    }
  }

  return {
    get complete() {
      return part === 'complete';
    },
    take(bytes) {
      const spans: BodySpan[] = [];
      let position = 0;
      while (position < bytes.length && part !== 'complete') {
        const start = position;
        if (part === 'data') {
          position = Math.min(bytes.length, start + left);
          left -= position - start;
          spans.push({ bytes: bytes.subarray(start, position), payload: true });
          if (left === 0) part = 'data-end';
        } else {
          const end = bytes.indexOf(10, start);
          position = end < 0 ? bytes.length : end + 1;
          line += bytes.toString('latin1', start, position);
          if (line.length > 16_384) throw new Error('A line between chunks is too long.');
          spans.push({ bytes: bytes.subarray(start, position), payload: false });
          if (end >= 0) endOfLine();
        }
      }
      return { spans, rest: bytes.subarray(position) };
    },
  };
}
