import { metadataOffset } from '../archive/write-backup.js';
import { encodeBackupMetadata } from '../archive/backup-metadata.js';
import type { WrittenIndex } from '../archive/index/index-writer.js';
import type { SealMaterial } from '../keys/seal-key.js';
import type { BackupDraft } from './draft-backup.js';
import type { SourceRecord } from './record-sources.js';
import { buildSeal } from './seal/seal.js';
import { sealProblems } from './sealed-problems.js';
import type { Seal, SealedMember, Sidecar } from './sidecar.js';

/** More problems than these are counted, not listed, in the sidecar. */
const listedProblems = 1_000;

export interface ComposedFrom {
  readonly instance: { readonly id: string; readonly name: string };
  readonly draft: BackupDraft;
  readonly recorded: SourceRecord;
  /** Of the backup file. */
  readonly size: number;
  /** SHA-256 of each MiB of it. */
  readonly leaves: readonly Buffer[];
  readonly index: WrittenIndex;
  /** 32 bytes, that the index key was derived with. */
  readonly indexSalt: Buffer;
  readonly sequence: number;
  readonly previous: string | null;
  /** `undefined` for an instance without a key: then the seal finds damage and proves nothing. */
  readonly material: SealMaterial | undefined;
}

/** The sidecar of a backup that was made, with its seal. */
export function composeSidecar(from: ComposedFrom): Sidecar & { readonly seal: Seal } {
  const { draft, recorded, index, leaves, sequence, previous, material } = from;
  const { encryption, metadata } = draft;
  const metadataBytes = encodeBackupMetadata(metadata);
  const problems = recorded.problems.slice(0, listedProblems);
  const sidecar: Omit<Sidecar, 'seal'> = {
    holdfast: 1,
    id: metadata.slug,
    name: metadata.name,
    date: metadata.date,
    instance: { id: from.instance.id, name: from.instance.name },
    file: { size: from.size },
    encryption: encryption === undefined ? { format: 'plain' } : { format: draft.format, keyFingerprint: encryption.fingerprint },
    index: { size: index.size, salt: from.indexSalt.toString('base64'), root: index.root },
    archives: recorded.sidecarArchives(),
    warnings: recorded.problems.length,
    ...(problems.length === 0 ? {} : encryption === undefined ? { problems } : { sealedProblems: sealProblems(problems, material) }),
    metadata,
  };
  const members: SealedMember[] = [
    { name: 'backup.json', offset: metadataOffset, size: metadataBytes.length, format: 'metadata', header: '' },
    ...recorded.written.map(({ member, offset, size, format, header }) => ({
      name: member,
      offset,
      size,
      format,
      header: header.toString('base64'),
    })),
  ];
  return buildSeal({ sidecar, leaves, metadataBytes, members, sequence, previous }, material);
}
