import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createIndexWriter, type IndexWriter, type WrittenIndex } from '../archive/index/index-writer.js';
import { openPageSpool } from '../archive/index/page-spool.js';
import { indexCipherKey, type SealMaterial } from '../keys/seal-key.js';
import type { BackupDraft } from './draft-backup.js';
import type { BackupServices } from './services.js';

/** The index of a backup while it is made, and what it will be sealed with. */
export interface IndexInProgress extends AsyncDisposable {
  readonly writer: IndexWriter;
  finish(): Promise<{ readonly index: WrittenIndex; readonly indexSalt: Buffer; readonly material: SealMaterial | undefined }>;
  /** When it is finished; may be called again. */
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
}

export async function beginIndex({ keys, dataDir }: BackupServices, draft: Pick<BackupDraft, 'encryption'>): Promise<IndexInProgress> {
  const fingerprint = draft.encryption?.fingerprint ?? keys.current()?.fingerprint;
  const material = fingerprint === undefined ? undefined : await keys.sealMaterial(fingerprint);
  const indexSalt = randomBytes(32);
  const key = draft.encryption === undefined || material === undefined ? undefined : indexCipherKey(material.root, indexSalt);
  if (draft.encryption !== undefined && key === undefined) throw new Error('The index of an encrypted backup needs a key.');
  const spool = openPageSpool(join(dataDir, 'spool'));
  const writer = createIndexWriter({ key, spool });
  return {
    writer,
    finish: async () => ({ index: await writer.finish(), indexSalt, material }),
    bytes: () => spool.bytes(),
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
