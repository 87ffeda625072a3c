import { rewriteBackup, type RewrittenArchive } from '../archive/rewrite-backup.js';
import { metadataOffset } from '../archive/write-backup.js';
import { createEncryption } from '../archive/securetar/encryption.js';
import type { WrittenIndex } from '../archive/index/index-writer.js';
import { type SealMaterial, sealRootOf } from '../keys/seal-key.js';
import type { StoredKey } from '../keys/key-store.js';
import type { BodyPiece } from '../provider-api/index.js';
import { indexKey, sidecarKey } from './backup-name.js';
import { beginIndex } from './begin-index.js';
import { withdrawCopy } from './copies/withdraw-copy.js';
import { backupError } from './errors.js';
import { putSmallObject } from './location-bytes.js';
import { openWithProgress, type ReadableBackup } from './open-backup.js';
import type { OnProgress } from './progress.js';
import type { RekeyDraft } from './rekey-draft.js';
import { rewriteIndex } from './rekey-index.js';
import { LeafDigests } from './seal/leaf-digests.js';
import { buildSeal, sealDigest } from './seal/seal.js';
import { openProblems, saltOf, sealProblems } from './sealed-problems.js';
import { storeBody } from './send-backup.js';
import type { BackupServices } from './services.js';
import { encodeSidecar, type Seal, type SealedMember, type Sidecar } from './sidecar.js';
import type { Target } from './targets.js';

/** What is rewritten. */
export interface RekeySource {
  readonly backup: ReadableBackup;
  readonly sidecar: Sidecar & { readonly seal: Seal };
  /** What opens it. */
  readonly password: string;
}

interface Rewritten {
  readonly size: number;
  readonly leaves: readonly Buffer[];
  readonly archives: readonly RewrittenArchive[];
  /** backup.json. */
  readonly metadata: string;
}

interface IndexWritten {
  readonly written: WrittenIndex;
  readonly salt: Buffer;
}

/**
 * Writes a backup once more at a location, encrypted with another key, in one pass and bounded memory. It becomes visible there with its
 * sidecar, which is written last; if it fails, or the process dies before that, nothing of it stays.
 */
export async function writeRekeyed(
  services: BackupServices,
  source: RekeySource,
  draft: RekeyDraft,
  target: Target,
  { current, onProgress }: { readonly current: StoredKey; readonly onProgress?: OnProgress | undefined },
  signal: AbortSignal,
): Promise<Sidecar> {
  const { key } = draft;
  const { location, record } = target;
  const pending = await services.journal.begin({ operation: 'create', key, locations: [record.id] });
  let unsettled: readonly string[] = [];
  try {
    const rewritten = await rewrite(services, source, draft, target, { current, onProgress }, signal);
    await using index = await beginIndex(services, { encryption: { password: current.key, fingerprint: current.fingerprint } });
    const isIndexed = await rewriteIndex(source.backup, rewritten.archives, index.writer, signal);
    const { index: written, indexSalt: salt, material } = await index.finish();
    if (isIndexed) await location.put(indexKey(key), ReadableStream.from(index.bytes()), { size: written.size, signal });
    const sidecar = await composeRekeyed(source, draft, rewritten, isIndexed ? { written, salt } : undefined, material);
    const seal = { key, id: sidecar.id, sequence: sidecar.seal.sequence, digest: sealDigest(sidecar) };
    await putSmallObject(location, sidecarKey(key), encodeSidecar(sidecar), signal);
    // What this host sealed is missed if it vanishes; what others sealed is theirs to miss.
    if (sidecar.instance.id === services.instance.id) await services.sealLog.record({ ...seal, locations: [record.id] });
    return sidecar;
  } catch (error) {
    if (!(await withdrawCopy(services, target, key))) unsettled = [record.id];
    throw error;
  } finally {
    await pending.settle(unsettled);
  }
}

/** Decrypts, takes apart to check it, and encrypts anew. What is read is compared with the old seal before it is decrypted. */
async function rewrite(
  services: BackupServices,
  { backup, sidecar, password }: RekeySource,
  draft: RekeyDraft,
  target: Target,
  { current, onProgress }: { readonly current: StoredKey; readonly onProgress?: OnProgress | undefined },
  signal: AbortSignal,
): Promise<Rewritten> {
  const leaves = new LeafDigests();
  const archives: RewrittenArchive[] = [];
  let metadata = '';
  let broken: { readonly error: unknown } | undefined;
  const progress = onProgress === undefined ? {} : { onProgress };
  const encryption = await createEncryption(formatOf(sidecar), current.key);
  async function* pieces(): AsyncGenerator<BodyPiece, void, undefined> {
    try {
      const bytes = await openWithProgress(backup, 'converting', progress, signal, () => 0);
      const rewritten = rewriteBackup(bytes, {
        passwords: [password],
        encryption,
        editMetadata: (text) => (metadata = draft.edit(text)),
        onArchive: (archive) => archives.push(archive),
      });
      for await (const piece of rewritten) {
        signal.throwIfAborted();
        await leaves.add(piece);
        yield piece;
      }
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const stop = (error: Error) => {
    broken = { error };
    return error;
  };
  await storeBody(target, draft.key, pieces(), services.dataDir, stop, signal).catch((error: unknown) => {
    // What stops the body here is why it fails, whatever the provider makes of it.
    throw broken === undefined ? error : broken.error;
  });
  const names = ['backup.json', ...archives.map(({ member }) => member)];
  if (sidecar.seal.members.some(({ name }, at) => name !== names[at]) || names.length !== sidecar.seal.members.length) {
    throw backupError('rekey-not-possible', { id: sidecar.id, reason: 'its members are not in the order that Holdfast writes them in' });
  }
  return { size: leaves.size, leaves: await leaves.finish(), archives, metadata };
}

/**
 * All of the old sidecar but what is another now. The new seal takes the old one's place in the instance's row: the backup is as old as
 * it was.
 */
async function composeRekeyed(
  { sidecar: old, password }: RekeySource,
  { id, date, fingerprint }: RekeyDraft,
  { size, leaves, archives, metadata }: Rewritten,
  index: IndexWritten | undefined,
  material: SealMaterial | undefined,
): Promise<Sidecar & { readonly seal: Seal }> {
  const { seal, index: _, sealedProblems, ...kept } = old;
  const problems =
    sealedProblems === undefined ? undefined : openProblems(sealedProblems, await sealRootOf(password, saltOf(sealedProblems)));
  const metadataBytes = Buffer.from(metadata);
  const sidecar: Omit<Sidecar, 'seal'> = {
    ...kept,
    id,
    date,
    file: { size },
    encryption: { format: formatOf(old), keyFingerprint: fingerprint },
    ...(index === undefined ? {} : { index: { size: index.written.size, salt: index.salt.toString('base64'), root: index.written.root } }),
    archives: old.archives.map((archive) => {
      const { offset, size: stored } = archives.find(({ member }) => member === archive.member) ?? archive;
      return { ...archive, offset, size: stored };
    }),
    ...(problems === undefined ? {} : { sealedProblems: sealProblems(problems, material) }),
    metadata: parsed(metadata),
  };
  const members: SealedMember[] = [
    { name: 'backup.json', offset: metadataOffset, size: metadataBytes.length, format: 'metadata', header: '' },
    ...archives.map(({ member, offset, size: stored, format, header }): SealedMember => {
      return { name: member, offset, size: stored, format, header: header.toString('base64') };
    }),
  ];
  return buildSeal({ sidecar, leaves, metadataBytes, members, sequence: seal.sequence, previous: seal.previous }, material);
}

function formatOf({ id, encryption }: Sidecar): 'securetar-2' | 'securetar-3' {
  if (encryption.format === 'plain') throw backupError('rekey-not-possible', { id, reason: 'it is not encrypted' });
  return encryption.format;
}

function parsed(metadata: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(metadata);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
