import { createHash } from 'node:crypto';
import { encodeBackupMetadata, newBackupMetadata } from '../../archive/backup-metadata.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import type { WriteBackupOptions } from '../../archive/write-backup.js';
import { password, writtenBackup } from '../../archive/written-backup.fixture.js';
import { type SealMaterial, sealRootOf } from '../../keys/seal-key.js';
import type { Seal, SealedMember, Sidecar } from '../sidecar.js';
import { type Leaves, leafBytes, leafCount, unpackLeaves } from './leaves.js';
import { buildSeal } from './seal.js';

export const fingerprint = 'hf1-0123456789abcdef-vmr8dycsr8rrc3g4';
const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

let derived: Promise<Buffer> | undefined;

/** Of the test password, whose fingerprint is {@link fingerprint}. */
export async function sealMaterial(): Promise<SealMaterial> {
  derived ??= sealRootOf(password, salt);
  return { fingerprint, salt, root: await derived };
}

export interface SealedBackup {
  readonly bytes: Buffer;
  readonly sidecar: Sidecar & { readonly seal: Seal };
  readonly leaves: Leaves;
}

export function leavesIn(bytes: Buffer): Buffer[] {
  return Array.from({ length: leafCount(bytes.length) }, (_, leaf) =>
    createHash('sha256')
      .update(bytes.subarray(leaf * leafBytes, (leaf + 1) * leafBytes))
      .digest(),
  );
}

/** A backup of these inner tars with its sealed sidecar. */
export async function sealedBackup(
  tars: Readonly<Record<string, Buffer>>,
  { date = new Date(1_795_253_931_000), ...options }: Partial<WriteBackupOptions> & { readonly date?: Date } = {},
): Promise<SealedBackup> {
  const encrypted = !('password' in options && options.password === undefined);
  const metadata = newBackupMetadata({ name: 'Test', date, protected: encrypted });
  const metadataBytes = encodeBackupMetadata(metadata);
  const { bytes, archives } = await writtenBackup(tars, { metadata, ...options });
  const members: SealedMember[] = [
    { name: 'backup.json', offset: 512, size: metadataBytes.length, format: 'metadata', header: '' },
    ...archives.map(({ member, offset, size, format, header }) => ({
      name: member,
      offset,
      size,
      format,
      header: header.toString('base64'),
    })),
  ];
  const sidecar = buildSeal(
    {
      sidecar: {
        holdfast: 1,
        id: metadata.slug,
        name: metadata.name,
        date: metadata.date,
        instance: { id: 'instance', name: 'test' },
        file: { size: bytes.length },
        encryption: encrypted ? { format: 'securetar-2', keyFingerprint: fingerprint } : { format: 'plain' },
        archives: [],
        warnings: 0,
        metadata: { ...metadata },
      },
      leaves: leavesIn(bytes),
      metadataBytes,
      members,
      sequence: 1,
      previous: null,
    },
    await sealMaterial(),
  );
  const leaves = unpackLeaves(sidecar);
  if (leaves === undefined) throw new Error('The fixture has no leaves.');
  return { bytes, sidecar, leaves };
}

/** Ranges of bytes in memory. */
export function rangesOf(bytes: Buffer, onRead?: (offset: number, length: number) => void): ReadRange {
  return async (offset, length) => {
    onRead?.(offset, length);
    return bytes.subarray(offset, offset + length);
  };
}

/** The outer tar taken apart: one block for each member, header and padding included, and the end. */
export function blocksOf({ bytes, sidecar }: Pick<SealedBackup, 'bytes' | 'sidecar'>): { members: Buffer[]; end: Buffer } {
  let at = 0;
  const members = sidecar.seal.members.map(({ offset, size }) => {
    const end = offset + Math.ceil(size / 512) * 512;
    const block = bytes.subarray(at, end);
    at = end;
    return block;
  });
  return { members, end: bytes.subarray(at) };
}
