import { createHash, timingSafeEqual } from 'node:crypto';
import { backupError } from '../errors.js';
import type { Sidecar } from '../sidecar.js';

/** Each so many bytes of a backup file have a digest of their own. */
export const leafBytes = 1024 * 1024;

const digestBytes = 32;

/** SHA-256 of each MiB of a file, by which any part of it is checked on its own. */
export interface Leaves {
  readonly count: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Whether these are the bytes of a leaf, by its number. */
  holds(leaf: number, digest: Uint8Array): boolean;
  /** How many bytes a leaf has. */
  lengthOf(leaf: number): number;
}

/** How many leaves a file of this size has; an empty one has one too. */
export function leafCount(size: number): number {
  return Math.max(1, Math.ceil(size / leafBytes));
}

/** As they stand in a seal, with their root. */
export function packLeaves(digests: readonly Uint8Array[]): { readonly leaves: string; readonly root: string } {
  const packed = Buffer.concat(digests);
  return { leaves: packed.toString('base64'), root: rootOf(packed) };
}

/** The leaves of a sealed backup; `undefined` if it isn't. @throws `seal-invalid`, if they are not as many as the size says or not what the root says */
export function unpackLeaves({ id, seal, file }: Pick<Sidecar, 'id' | 'seal' | 'file'>): Leaves | undefined {
  if (seal === undefined) return undefined;
  const packed = Buffer.from(seal.leaves, 'base64');
  const count = leafCount(file.size);
  if (packed.length !== count * digestBytes)
    throw backupError('seal-invalid', { id, what: 'its digests are not as many as the file has MiB' });
  if (rootOf(packed) !== seal.root) throw backupError('seal-invalid', { id, what: 'its digests are not those that its root stands for' });
  return leavesOf(packed, file.size);
}

/** `packed`: the digests, one after the other. */
export function leavesOf(packed: Buffer, size: number): Leaves {
  const count = leafCount(size);
  return {
    count,
    size,
    holds: (leaf, digest) => timingSafeEqual(packed.subarray(leaf * digestBytes, (leaf + 1) * digestBytes), digest),
    lengthOf: (leaf) => Math.min(leafBytes, size - leaf * leafBytes),
  };
}

function rootOf(packed: Uint8Array): string {
  return createHash('sha256').update(packed).digest('hex');
}
