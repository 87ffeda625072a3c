import { isHoldfastError } from '../base/errors.js';
import { matchesFingerprint } from '../keys/fingerprint.js';
import { openKit } from '../keys/open-kit.js';
import type { ReadKit } from '../keys/read-kit.js';
import { listBackups } from './catalogue.js';
import { describeFailure } from './failure.js';
import { openWithKeyAlone } from './kit-check-open.js';
import type { BackupServices } from './services.js';
import type { BackupCopy, BackupSummary, Failure } from './summary.js';

/** One backup, at one location. */
export interface WantedCopy {
  readonly id: string;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  /** The location's title. */
  readonly location: string;
  /** Of the key that it wants, where that is written down. */
  readonly keyFingerprint?: string;
}

export interface OpenedCopy extends WantedCopy {
  /**
   * `opened`: it was really decrypted, as far as its first file. `fingerprint`: it says that it is of this key, as others there that were
   * opened.
   */
  readonly how: 'opened' | 'fingerprint';
}

export interface UnopenedCopy extends WantedCopy {
  /** What went wrong, if it is not that another key is wanted. */
  readonly error?: Failure;
}

/** Which backups a saved kit opens. */
export interface KitCheck {
  readonly file: string;
  /** As the kit has it, else as the host or a backup names its key. */
  readonly fingerprint?: string;
  /** ISO 8601, where the kit says so. */
  readonly since?: string;
  readonly until?: string;
  readonly createdAt?: string;
  /** False if the key is not the one of the fingerprint beside it: a character was lost. */
  readonly intact?: boolean;
  /** Whether new backups are encrypted with it, whether it is one of the former keys, or not known here. */
  readonly key: 'current' | 'former' | 'unknown';
  /** Newest first. */
  readonly opens: readonly OpenedCopy[];
  /** Encrypted ones that it does not open. Newest first. */
  readonly others: readonly UnopenedCopy[];
  /** How many copies are not encrypted, and need no key. */
  readonly plain: number;
  readonly unavailable: readonly { readonly location: string; readonly error: Failure }[];
}

/** Each one that has to be tried costs a tenth of a second, and anyone may write some into a location. */
const maxFingerprints = 64;
/** Of a location, if the newest can't be read. */
const maxAttempts = 3;

/** Checks a saved kit against all that lies at the locations: its key alone is used, as on the day when nothing else is left. */
export async function checkKit(services: BackupServices, file: string, signal: AbortSignal): Promise<KitCheck> {
  const kit = await openKit(file);
  const { backups, unavailable } = await listBackups(services, {}, signal);
  const encrypted = backups.filter((backup) => backup.encrypted);
  const check = new Checking(services, kit.key, signal);
  const fitting = await fittingFingerprints(kit, encrypted, signal);
  for (const { backup, copy } of copiesOf(encrypted)) {
    const { keyFingerprint } = backup;
    if (keyFingerprint === undefined) await check.tryOne(backup, copy);
    else if (fitting.has(keyFingerprint)) await check.tryFirst(backup, copy, keyFingerprint);
    else check.others.push(wanted(backup, copy));
  }
  const known = services.keys.all().find(({ key }) => key === kit.key);
  const fingerprint = kit.fingerprint ?? known?.fingerprint ?? [...fitting][0];
  const { since, until, createdAt, intact } = kit;
  return {
    file,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(intact === undefined ? {} : { intact }),
    key: known === undefined ? 'unknown' : known.until === undefined ? 'current' : 'former',
    opens: check.opens,
    others: check.others,
    plain: copiesOf(backups.filter((backup) => !backup.encrypted)).length,
    unavailable,
  };
}

/** The fingerprints among the backups' that the kit's key has. */
async function fittingFingerprints(kit: ReadKit, backups: readonly BackupSummary[], signal: AbortSignal): Promise<Set<string>> {
  const fitting = new Set<string>();
  const wantedByBackups = new Set(backups.flatMap(({ keyFingerprint }) => keyFingerprint ?? []));
  for (const fingerprint of [...wantedByBackups].slice(0, maxFingerprints)) {
    signal.throwIfAborted();
    const same = fingerprint === kit.fingerprint ? kit.intact === true : await matchesFingerprint(kit.key, fingerprint);
    if (same) fitting.add(fingerprint);
  }
  return fitting;
}

class Checking {
  readonly opens: OpenedCopy[] = [];
  readonly others: UnopenedCopy[] = [];
  /** By location and fingerprint: whether one was opened there, and how often that was tried. */
  readonly #tried = new Map<string, { opened: boolean; attempts: number }>();

  constructor(
    private readonly services: BackupServices,
    private readonly key: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Opens the newest of that key at each location; the older ones there are alike. */
  async tryFirst(backup: BackupSummary, copy: BackupCopy, fingerprint: string): Promise<void> {
    const name = `${copy.id} ${fingerprint}`;
    const tried = this.#tried.get(name) ?? { opened: false, attempts: 0 };
    this.#tried.set(name, tried);
    if (tried.opened || tried.attempts === maxAttempts) this.opens.push({ ...wanted(backup, copy), how: 'fingerprint' });
    else {
      tried.attempts += 1;
      tried.opened = await this.tryOne(backup, copy);
    }
  }

  async tryOne(backup: BackupSummary, copy: BackupCopy): Promise<boolean> {
    try {
      await openWithKeyAlone(this.services, copy, this.key, this.signal);
      this.opens.push({ ...wanted(backup, copy), how: 'opened' });
      return true;
    } catch (error) {
      this.signal.throwIfAborted();
      const otherKey = isHoldfastError(error, 'wrong-key');
      const record = this.services.locations.get(copy.id);
      this.others.push({ ...wanted(backup, copy), ...(otherKey ? {} : { error: describeFailure(error, record) }) });
      return false;
    }
  }
}

function copiesOf(backups: readonly BackupSummary[]): { readonly backup: BackupSummary; readonly copy: BackupCopy }[] {
  return backups.flatMap((backup) => backup.locations.map((copy) => ({ backup, copy })));
}

function wanted({ id, name, date, keyFingerprint }: BackupSummary, { title }: BackupCopy): WantedCopy {
  return { id, name, date, location: title, ...(keyFingerprint === undefined ? {} : { keyFingerprint }) };
}
