import { archiveError } from '../archive/errors.js';
import { isHoldfastError } from '../base/errors.js';
import { matchesFingerprint, shortFingerprint } from '../keys/fingerprint.js';
import type { StoredKey } from '../keys/key-store.js';
import { noKeys } from '../keys/no-keys.js';
import { type CandidateBackup, findBackup, listBackups } from './catalogue.js';
import { sendSealedCopy } from './copies/send-sealed-copy.js';
import { deleteCopy } from './delete-copy.js';
import { backupError } from './errors.js';
import { lockBackups } from './exclusive.js';
import { describeFailure } from './failure.js';
import { removeLeftovers } from './leftovers.js';
import { openStoredBackup, type ReadOptions } from './open-backup.js';
import type { OnProgress } from './progress.js';
import { draftRekeyed, rekeyedFrom } from './rekey-draft.js';
import { type RekeySource, writeRekeyed } from './rekey-write.js';
import { checkSeal } from './seal/check-seal.js';
import type { BackupServices } from './services.js';
import type { Seal, Sidecar } from './sidecar.js';
import type { BackupCopy, BackupSummary, Failure } from './summary.js';
import { openTargets, type Target } from './targets.js';
import { verifyBackup } from './verify-backup.js';
import { isAboutKey, namingWantedKey } from './wanted-key.js';

export interface RekeyOptions {
  /** Keys as someone typed them, beside the host's own. */
  readonly passwords?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface RekeyOutcome {
  /** The location's id. */
  readonly id: string;
  readonly title: string;
  /** Why the old copy is still there, and opens with the old key; absent where the new one has taken its place. */
  readonly error?: Failure;
}

export interface RekeyedBackup {
  /** Of the backup as it was, and as it is called now. */
  readonly id: string;
  readonly newId: string;
  /** Fingerprints. */
  readonly from: string;
  readonly to: string;
  readonly locations: readonly RekeyOutcome[];
}

/** What a backup is, before it is given another key. */
interface Old {
  readonly summary: BackupSummary;
  readonly sidecar: Sidecar & { readonly seal: Seal };
  readonly fingerprint: string;
  /** What opens it. */
  readonly password: string;
}

/**
 * Gives a backup the current key, at each location that has it. At each, the new backup is written whole beside the old one and proven;
 * only then the old one is deleted. Whatever dies in between, one of them is there, and the same call goes on where it was.
 *
 * @throws `rekey-not-possible`, `unknown-backup` and the like, `wrong-key`, `key-needed`; what the first location failed with, if all did
 */
export async function rekeyBackup(
  services: BackupServices,
  id: string,
  options: RekeyOptions,
  signal: AbortSignal,
): Promise<RekeyedBackup> {
  await using _lock = await lockBackups(services.dataDir, 'giving a backup another key');
  await removeLeftovers(services, signal);
  const current = services.keys.current();
  if (current === undefined) throw backupError('no-encryption-key');
  const found = await findBackup(services, id, signal);
  const old = await describeOld(services, found, current, options, signal);
  const { targets, failed } = await openTargets(services, recordsOf(services, old.summary.locations), true, signal);
  const outcomes = new Map<string, RekeyOutcome>();
  const fail = (record: Target['record'], error: unknown) =>
    outcomes.set(record.id, { id: record.id, title: record.title, error: describeFailure(error, record) });
  for (const { record, error } of failed) fail(record, error);

  const done =
    (await replacementOf(services, old, current, signal)) ?? (await makeFirst(services, old, targets, current, options, fail, signal));
  if (done === undefined) throw lastFailure(old, outcomes);
  const isPinned = (await services.pins.ids()).has(old.summary.id);
  if (isPinned) await services.pins.add(done.id);
  for (const target of targets) {
    const { record } = target;
    try {
      await take(services, old, done, target, current, options, signal);
      outcomes.set(record.id, { id: record.id, title: record.title });
    } catch (error) {
      signal.throwIfAborted();
      fail(record, error);
    }
  }
  const locations = old.summary.locations.flatMap((copy) => outcomes.get(copy.id) ?? []);
  if (isPinned && locations.every(({ error }) => error === undefined)) await services.pins.remove(old.summary.id);
  return { id: old.summary.id, newId: done.id, from: old.fingerprint, to: current.fingerprint, locations };
}

async function describeOld(
  services: BackupServices,
  { summary, sidecar }: CandidateBackup,
  current: StoredKey,
  { passwords = [] }: RekeyOptions,
  signal: AbortSignal,
): Promise<Old> {
  const refused = (reason: string) => backupError('rekey-not-possible', { id: summary.id, reason });
  if (!summary.encrypted) throw refused('it is not encrypted');
  if (sidecar === undefined) throw refused('Holdfast did not make it (`holdfast file encrypt` works on a copy of it)');
  const { seal, encryption } = sidecar;
  if (seal === undefined || encryption.format === 'plain') throw refused('it has no seal, so nobody could say that it is unchanged');
  const fingerprint = encryption.keyFingerprint;
  if (fingerprint === current.fingerprint) throw refused(`its key ${shortFingerprint(fingerprint)} is the current one`);
  // Opened for what it finds out: which of the keys it is, and that the seal is of that key.
  const backup = await openStoredBackup(services, summary.id, { passwords }, signal);
  const password = await passwordOf(services, backup.passwords, fingerprint);
  const { state } = password === undefined ? { state: 'unverified' } : await checkSeal(sidecar, services.keys, [password]);
  if (password === undefined || state !== 'sealed') {
    const code = passwords.length > 0 ? 'wrong-key' : 'key-needed';
    throw namingWantedKey(archiveError(code, { member: summary.id }), fingerprint, summary.date);
  }
  return { summary, sidecar: { ...sidecar, seal }, fingerprint, password };
}

async function passwordOf(services: BackupServices, passwords: readonly string[], fingerprint: string): Promise<string | undefined> {
  const own = services.keys.withFingerprint(fingerprint);
  if (own !== undefined) return own.key;
  for (const password of passwords) if (await matchesFingerprint(password, fingerprint)) return password;
  return undefined;
}

/** A backup that took the old one's place somewhere, when this was begun before. */
async function replacementOf(
  services: BackupServices,
  old: Old,
  { fingerprint }: StoredKey,
  signal: AbortSignal,
): Promise<Sidecar | undefined> {
  const { backups } = await listBackups(services, {}, signal);
  for (const { id, name, keyFingerprint, seal } of backups) {
    if (name !== old.summary.name || keyFingerprint !== fingerprint || seal !== 'sealed') continue;
    const { sidecar } = await findBackup(services, id, signal);
    if (sidecar !== undefined && rekeyedFrom(sidecar) === old.summary.id) return sidecar;
  }
  return undefined;
}

/** Writes it where it can be both read and written, at the first such location: from there the others get it. */
async function makeFirst(
  services: BackupServices,
  old: Old,
  targets: readonly Target[],
  current: StoredKey,
  { onProgress }: RekeyOptions,
  fail: (record: Target['record'], error: unknown) => void,
  signal: AbortSignal,
): Promise<Sidecar | undefined> {
  const draft = await draftRekeyed(services, old.sidecar, current.fingerprint, signal);
  for (const target of targets) {
    try {
      const options: ReadOptions = { location: target.record.id, passwords: [old.password] };
      const backup = await openStoredBackup(services, old.summary.id, options, signal);
      await backup.proveSidecar(signal);
      const source: RekeySource = { backup, sidecar: old.sidecar, password: old.password };
      return await writeRekeyed(services, source, draft, target, { current, onProgress }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isAboutKey(error) || isHoldfastError(error, 'rekey-not-possible')) throw error;
      fail(target.record, error);
    }
  }
  return undefined;
}

/** Sees to it that the new backup is whole at a location, with the current key alone, and lets the old one go. */
async function take(
  services: BackupServices,
  { summary: old }: Old,
  sidecar: Sidecar,
  target: Target,
  current: StoredKey,
  { onProgress }: RekeyOptions,
  signal: AbortSignal,
): Promise<void> {
  const { record } = target;
  const progress = onProgress === undefined ? {} : { onProgress };
  const { summary } = await findBackup(services, sidecar.id, signal);
  // It takes the place of one that leaves at once, so nothing else has to.
  const limits = { ...target.limits, maxBackups: undefined };
  await sendSealedCopy(services, { summary, sidecar }, { ...target, limits }, { backup: summary.id, to: record.id, ...progress }, signal);
  const alone: BackupServices = { ...services, keys: noKeys };
  const read = { location: record.id, passwords: [current.key] };
  const verified = await verifyBackup(await openStoredBackup(alone, summary.id, read, signal), { ...read, ...progress }, signal);
  if (verified.seal !== 'sealed') throw backupError('seal-invalid', { id: summary.id, what: 'the current key does not prove it' });
  const copy = summary.locations.find(({ id }) => id === record.id) ?? summary.locations[0];
  if (copy === undefined) throw backupError('backup-missing', { id: summary.id, location: record.title });
  const at = services.clock.now().toISOString();
  await services.verifiedLog.record({ key: copy.key, location: record.id, at, how: 'whole', ok: true });
  for (const { id, key } of old.locations) if (id === record.id) await deleteCopy(services, id, key, signal);
}

function recordsOf(services: BackupServices, copies: readonly BackupCopy[]): Target['record'][] {
  return copies.map(({ id }) => services.locations.get(id));
}

function lastFailure({ summary }: Old, outcomes: ReadonlyMap<string, RekeyOutcome>): Error {
  const reasons = [...outcomes.values()].flatMap(({ title, error }) => (error === undefined ? [] : `at "${title}": ${error.message}`));
  return backupError('rekey-not-possible', { id: summary.id, reason: reasons.join(' ').replace(/\.$/, '') });
}
