import { createHash } from 'node:crypto';
import { archiveError } from '../../archive/errors.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import { blockSize } from '../../archive/tar/ustar-header.js';
import type { HoldfastError } from '../../base/errors.js';
import { displayName } from '../../base/file-name.js';
import { backupError } from '../errors.js';
import type { Seal, SealedMember } from '../sidecar.js';
import { type ByteSpan, changedSpans, describeSpans } from './changed-ranges.js';
import type { ByteFault } from './checked-bytes.js';
import { readFully } from './checked-range.js';
import { compareMembers, isAllForeign } from './compare-members.js';
import type { Leaves } from './leaves.js';
import { type OuterLayout, readLayout } from './outer-layout.js';

/** A backup file that is not what was sealed, as far as that is known. */
export interface Suspect {
  readonly id: string;
  /** The location's title, or the file's path. */
  readonly location: string;
  readonly seal: Seal;
  readonly leaves: Leaves;
  readonly read: ReadRange;
  /** Bytes that it has now. */
  readonly size: number;
  /** What was met while reading; without it the whole file is looked through for changed bytes. */
  readonly fault?: ByteFault;
}

const maxMetadataBytes = 16 * 1024 * 1024;

/** The exact cause why a file is not what was sealed: the outer headers tell it, where more than bytes changed. `undefined` if nothing is wrong. */
export async function diagnose(suspect: Suspect): Promise<HoldfastError | undefined> {
  const { id, location, seal, size, read } = suspect;
  const layout = await readLayout(read, size);
  const cut = cutShort(suspect, layout);
  if (cut !== undefined) return cut;
  const metadata = await readMetadata(read, layout, seal);
  if (metadata?.changed === true && metadata.id !== id && metadata.id !== undefined && isAllForeign(seal.members, layout.members)) {
    return backupError('backup-replaced', { id, location, other: displayName(metadata.id), date: displayName(metadata.date) });
  }
  const wrong = compareMembers(seal.members, layout);
  if (wrong !== undefined) return backupError(wrong.code, { id, location, ...wrong.details });
  if (metadata?.changed === true) return backupError('metadata-changed', { id, location });
  const { fault } = suspect;
  const spans = fault?.kind === 'changed' ? [fault] : fault === undefined ? await changedSpans(read, size, suspect.leaves) : [];
  if (spans.length > 0)
    return backupError('bytes-changed', { id, location, ranges: describeSpans(spans), members: placesOf(spans, seal, layout) });
  if (size < suspect.leaves.size) return truncated(seal, size);
  if (size === suspect.leaves.size) return undefined;
  return backupError('backup-longer', { id, location, added: size - suspect.leaves.size, offset: suspect.leaves.size });
}

/** The file ends early, and all that stands before is in its place. */
function cutShort({ seal, size, leaves }: Suspect, { members, end }: OuterLayout): HoldfastError | undefined {
  if (size >= leaves.size || end === 'unreadable') return undefined;
  const inPlace = members.every((member, at) => {
    const row = seal.members[at];
    return row !== undefined && row.name === member.name && row.offset === member.offset && row.size === member.size;
  });
  if (!inPlace || (end === 'whole' && members.length < seal.members.length)) return undefined;
  return truncated(seal, size);
}

function truncated({ members }: Seal, offset: number): HoldfastError {
  const inside = members.find((row) => offset > row.offset && offset < row.offset + row.size);
  if (inside === undefined) return archiveError('truncated', { offset, where: 'before its end marker' });
  const member = displayName(inside.name);
  return archiveError('truncated', { offset, where: `inside ${member}`, member });
}

async function readMetadata(read: ReadRange, layout: OuterLayout, seal: Seal) {
  const row = seal.members.find(({ format }) => format === 'metadata');
  const member = layout.members.find(({ name }) => name === row?.name);
  if (row === undefined || member === undefined || member.size > maxMetadataBytes) return undefined;
  const bytes = await readFully(read, member.offset, member.size);
  const changed = createHash('sha256').update(bytes).digest('hex') !== seal.metadata;
  return { changed, ...(changed ? identityIn(bytes) : { id: undefined, date: '' }) };
}

function identityIn(bytes: Buffer): { id: string | undefined; date: string } {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const { slug, date } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    return { id: typeof slug === 'string' ? slug : undefined, date: typeof date === 'string' ? date : 'an unknown date' };
  } catch {
    return { id: undefined, date: '' };
  }
}

/** What of the backup lies in changed bytes. backup.json has a digest of its own, and is not called changed where that fits. */
function placesOf(spans: readonly ByteSpan[], { members }: Seal, { end, at }: OuterLayout): string {
  const overlaps = (from: number, to: number) => spans.some((span) => span.from < to && from < span.to);
  const contentsEnd = (row: SealedMember | undefined) => (row === undefined ? 0 : row.offset + Math.ceil(row.size / blockSize) * blockSize);
  if (end === 'unreadable') {
    const row = members.find(({ offset }) => offset > at);
    return row === undefined ? 'the end of the tar' : `the tar header of ${displayName(row.name)}`;
  }
  const names = members
    .filter((row, place) => row.format !== 'metadata' && overlaps(contentsEnd(members[place - 1]), contentsEnd(row)))
    .map(({ name }) => displayName(name));
  if (names.length > 0) return names.join(', ');
  return overlaps(contentsEnd(members.at(-1)), Number.POSITIVE_INFINITY) ? 'the end of the tar' : 'the tar header of backup.json';
}
