import { archiveError } from '../../archive/errors.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { backupError } from '../errors.js';
import { readRange } from '../location-bytes.js';
import type { Location } from '../../provider-api/index.js';
import type { Sidecar } from '../sidecar.js';
import { describeSpans } from './changed-ranges.js';
import { type ByteFault, checkedBytes, type ExplainFault } from './checked-bytes.js';
import { checkedRange } from './checked-range.js';
import { diagnose } from './diagnose.js';
import { unpackLeaves } from './leaves.js';
import { withCopies } from './with-copies.js';

/** Where the bytes of one copy come from, unchecked. */
export interface RawCopy {
  /** Of the backup, as its sidecar has it. */
  readonly id: string;
  /** The location's title, or the file's path. */
  readonly from: string;
  /** Titles of the other locations that have it. */
  readonly others: readonly string[];
  open(signal: AbortSignal): Promise<ByteSource>;
  /** Up to `length` bytes. */
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
  /** How many bytes it has now. */
  measure(signal: AbortSignal): Promise<number>;
}

export interface OpenBytesOptions {
  /** An error lists all that was changed, for which the rest is read first. */
  readonly thorough?: boolean;
  /** The memory of a chunk may be used again, see {@link ByteSource}. Default: each has its own, and may be kept. */
  readonly reuse?: boolean;
}

export interface ProtectedBytes {
  /** From the start; may be called again. */
  open(signal: AbortSignal, options?: OpenBytesOptions): Promise<ByteSource>;
  /** A range; fewer bytes only at the end of the file. */
  read(offset: number, length: number, signal: AbortSignal): Promise<Buffer>;
  /** What is wrong with a copy of which something is, such as its length. */
  explain(signal: AbortSignal, fault?: ByteFault): Promise<Error>;
}

/** A location's copy. */
export function rawCopy(location: Location, key: string, about: Pick<RawCopy, 'id' | 'from' | 'others'>): RawCopy {
  return {
    ...about,
    open: (signal) => location.get(key, { signal }),
    read: (offset, length, signal) => readRange(location, key, offset, length, signal),
    measure: async (signal) => (await location.head(key, { signal }))?.size ?? 0,
  };
}

/** The bytes of a copy, each given out only after the seal, if there is one, was found to fit it. @throws `seal-invalid` */
export function protectBytes(raw: RawCopy, sidecar: Sidecar | undefined): ProtectedBytes {
  const leaves = sidecar === undefined ? undefined : unpackLeaves(sidecar);
  let latest = new AbortController().signal;
  const readLatest: ReadRange = (offset, length) => raw.read(offset, length, latest);
  const explain = async (signal: AbortSignal, fault?: ByteFault) =>
    withCopies((await causeOf(raw, sidecar, signal, fault)) ?? plainFault(raw, fault), raw.others);
  const ranges = leaves === undefined ? undefined : checkedRange(readLatest, leaves, (fault) => explain(latest, fault));
  return {
    explain,
    async open(signal, { thorough = false, reuse = false } = {}) {
      const source = await raw.open(signal);
      if (leaves === undefined) return source;
      const explainFault: ExplainFault = async (fault) => {
        const cause = thorough && fault.kind === 'changed' ? await causeOf(raw, sidecar, signal) : undefined;
        return cause === undefined ? explain(signal, fault) : withCopies(cause, raw.others);
      };
      return checkedBytes(source, leaves, explainFault, reuse);
    },
    async read(offset, length, signal) {
      latest = signal;
      return ranges === undefined ? Buffer.from(await raw.read(offset, length, signal)) : ranges(offset, length);
    },
  };
}

async function causeOf(raw: RawCopy, sidecar: Sidecar | undefined, signal: AbortSignal, fault?: ByteFault): Promise<Error | undefined> {
  const { seal } = sidecar ?? {};
  const leaves = sidecar === undefined ? undefined : unpackLeaves(sidecar);
  const size = await raw.measure(signal);
  if (sidecar === undefined || seal === undefined || leaves === undefined) {
    if (sidecar === undefined || size === sidecar.file.size) return undefined;
    if (size < sidecar.file.size) return archiveError('truncated', { offset: size, where: 'before its end marker' });
    return backupError('backup-differs', { id: raw.id, what: `it is ${size} bytes long instead of ${sidecar.file.size}` });
  }
  const read: ReadRange = (offset, length) => raw.read(offset, length, signal);
  return diagnose({ id: raw.id, location: raw.from, seal, leaves, read, size, ...(fault === undefined ? {} : { fault }) });
}

/** Where a second look finds nothing wrong: what the first one met. */
function plainFault(raw: RawCopy, fault: ByteFault | undefined): Error {
  const about = { id: raw.id, location: raw.from };
  if (fault?.kind === 'cut') return archiveError('truncated', { offset: fault.at, where: 'before its end marker' });
  const ranges = fault?.kind === 'changed' ? describeSpans([fault]) : 'behind its end';
  return backupError('bytes-changed', { ...about, ranges, members: 'a part that was whole when it was read again' });
}
