import type { ByteSource } from '../base/byte-reader.js';
import { typedKeyCandidates } from '../keys/encryption-key.js';
import type { KeyStore } from '../keys/key-store.js';
import { findBackup } from './catalogue.js';
import { indexKey } from './backup-name.js';
import { backupError } from './errors.js';
import { readRange } from './location-bytes.js';
import { counted } from './observe-bytes.js';
import type { OnProgress, Phase } from './progress.js';
import { type CopyFault, expectedSeals } from './seal/alarms.js';
import { checkSeal, type SealState } from './seal/check-seal.js';
import { type OpenBytesOptions, type ProtectedBytes, protectBytes, rawCopy } from './seal/protected-bytes.js';
import { proveCopy } from './seal/prove-copy.js';
import { withCopies } from './seal/with-copies.js';
import type { BackupServices } from './services.js';
import type { Sidecar } from './sidecar.js';
import type { BackupCopy } from './summary.js';

/** A backup of the host's locations, or a backup file on this machine. */
export type BackupRef = { readonly id: string } | { readonly file: string };

export interface ReadOptions {
  /** Id or title of the location to read from; default the first that gives it. */
  readonly location?: string;
  /** Keys as someone typed them, tried beside the host's own. */
  readonly passwords?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** A backup that can be read, from wherever it lies. What it gives out was found to be what its seal says, if it has one. */
export interface ReadableBackup extends Pick<ProtectedBytes, 'open' | 'read'> {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** The title of the location, or the file's path. */
  readonly from: string;
  /** Titles of the other locations that have it. */
  readonly others: readonly string[];
  /** Which copy this is; absent for a file on this machine. */
  readonly copy?: { readonly key: string; readonly location: { readonly id: string; readonly title: string } };
  readonly sidecar: Sidecar | undefined;
  readonly seal: SealState;
  /** Secret, with an authenticated seal: what the key of the index is derived from. */
  readonly sealRoot: Buffer | undefined;
  readonly passwords: readonly string[];
  /** Of the key that opens it, where the sidecar tells. */
  readonly keyFingerprint: string | undefined;
  /** The index of its files, a range of it; only where the sidecar tells of one. */
  readIndex(offset: number, length: number, signal: AbortSignal): Promise<Buffer>;
  /** Proves that the copy's own sidecar and name are what they should be: the bytes may be checked against that of another copy. @throws an alarm's error */
  proveSidecar(signal: AbortSignal): Promise<void>;
}

/** @throws `unknown-backup` and the like, `backup-not-at-location`, what is wrong with the copy, or the failure of the last location that was tried */
export async function openStoredBackup(
  services: BackupServices,
  id: string,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<ReadableBackup> {
  const { summary, sidecar, faults, notWhole } = await findBackup(services, id, signal, { notWhole: true });
  const chosen = options.location === undefined ? undefined : services.locations.get(options.location);
  const isChosen = (location: string) => chosen === undefined || chosen.id === location;
  const copies = summary.locations.filter((copy) => isChosen(copy.id));
  const othersThan = (location: string) => summary.locations.filter((copy) => copy.id !== location).map(({ title }) => title);
  if (copies.length === 0) {
    const fault = faults.find(({ location }) => isChosen(location.id));
    if (fault !== undefined) throw withCopies(fault.error, othersThan(fault.location.id));
    const damaged = notWhole.find(({ location }) => isChosen(location.id));
    if (damaged === undefined) throw notThere(summary.id, chosen?.title ?? '', summary.locations);
    const { location, key } = damaged;
    const about = { id: summary.id, from: location.title, others: othersThan(location.id) };
    throw await protectBytes(rawCopy(await services.locations.open(location.id), key, about), sidecar).explain(signal);
  }
  const passwords = passwordsFor(services.keys, options.passwords, summary.keyFingerprint);
  const check = sidecar === undefined ? { state: 'unsealed' as const } : await checkSeal(sidecar, services.keys, passwords);
  if (sidecar?.seal === undefined) await refuseStripped(services, copies, faults);
  let failure: unknown;
  for (const copy of copies) {
    try {
      const location = await services.locations.open(copy.id);
      await location.head(copy.key, { signal });
      const others = othersThan(copy.id);
      return {
        id: summary.id,
        size: summary.size,
        from: copy.title,
        others,
        copy: { key: copy.key, location: { id: copy.id, title: copy.title } },
        sidecar,
        seal: check.state,
        sealRoot: check.state === 'sealed' ? check.root : undefined,
        passwords,
        keyFingerprint: summary.keyFingerprint,
        ...protectBytes(rawCopy(location, copy.key, { id: summary.id, from: copy.title, others }), sidecar),
        readIndex: (offset, length, readSignal) => readRange(location, indexKey(copy.key), offset, length, readSignal),
        async proveSidecar(readSignal) {
          const fault = faults.find((other) => isChosen(other.location.id));
          if (fault !== undefined) throw withCopies(fault.error, othersThan(fault.location.id));
          await proveCopy(services, copy, sidecar, others, readSignal);
        },
      };
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

/** Reads with progress over the file's bytes. */
export async function openWithProgress(
  backup: Pick<ReadableBackup, 'open' | 'size'>,
  phase: Phase,
  options: ReadOptions & OpenBytesOptions,
  signal: AbortSignal,
  files: () => number,
): Promise<ByteSource> {
  const { size: totalBytes } = backup;
  return counted(await backup.open(signal, options), signal, (bytes) =>
    options.onProgress?.({ phase, bytes, totalBytes, files: files(), current: undefined }),
  );
}

/** Where a seal was, none is no default: whoever took it away may have changed the backup too. */
async function refuseStripped(services: BackupServices, copies: readonly BackupCopy[], faults: readonly CopyFault[]): Promise<void> {
  const expected = await expectedSeals(services.sealLog);
  const stripped = copies.find(({ id, key }) => expected.at(id, key) !== undefined);
  if (stripped === undefined) return;
  const known = faults.find(({ location }) => location.id === stripped.id);
  throw known?.error ?? backupError('seal-missing', { id: stripped.key, location: stripped.title, what: 'its sidecar has no seal' });
}

function notThere(id: string, location: string, copies: readonly BackupCopy[]): Error {
  return backupError('backup-not-at-location', { id, location, locations: copies.map(({ title }) => title).join(', ') });
}

/** What may open a backup: the host's key with its fingerprint first, then all that it has, then what was typed. */
export function passwordsFor(keys: KeyStore | undefined, typed: readonly string[] = [], fingerprint: string | undefined): string[] {
  const fitting = fingerprint === undefined ? undefined : keys?.withFingerprint(fingerprint);
  const own = fitting === undefined ? (keys?.all() ?? []) : [fitting];
  return [...new Set([...own.map(({ key }) => key), ...typed.flatMap(typedKeyCandidates)])];
}
