import type { LocationRecord } from '../config/location-record.js';
import type { BackupDraft } from './draft-backup.js';
import { backupError } from './errors.js';
import { describeFailure } from './failure.js';
import type { SourceRecord } from './record-sources.js';
import type { Sidecar } from './sidecar.js';
import type { SourceProblem } from './sources/read-source.js';
import type { BackupSummary, Failure } from './summary.js';
import type { Target } from './targets.js';

export type LocationOutcome =
  | {
      readonly id: string;
      readonly title: string;
      readonly state: 'stored';
      /** Ids of the older backups that were deleted there, as the location keeps only so many. */
      readonly replaced?: readonly string[];
      /** Why older backups that should be deleted there are still there; the next run tries again. */
      readonly notReplaced?: Failure;
    }
  | { readonly id: string; readonly title: string; readonly state: 'failed'; readonly error: Failure };

export interface CreateBackupResult {
  readonly backup: BackupSummary;
  /** `with-warnings`: a location failed, an older backup could not be deleted, or a file is not in the backup as it should be. */
  readonly outcome: 'complete' | 'with-warnings';
  readonly locations: readonly LocationOutcome[];
  readonly problems: readonly SourceProblem[];
  readonly sourceFiles: number;
  /** Of the files' contents. */
  readonly sourceBytes: number;
  /** How many files and folders the exclusions left out; what is below such a folder isn't counted. */
  readonly skipped: number;
}

/** How a backup fares at each location. */
export class Outcomes {
  readonly #outcomes = new Map<string, LocationOutcome>();
  readonly #errors = new Map<LocationRecord, unknown>();

  constructor(private readonly onOutcome: (outcome: LocationOutcome) => void = () => {}) {}

  /** What each location failed with, if it did. */
  get errors(): ReadonlyMap<LocationRecord, unknown> {
    return this.#errors;
  }

  failed(record: LocationRecord, error: unknown): void {
    this.#errors.set(record, error);
    this.#set({ id: record.id, title: record.title, state: 'failed', error: describeFailure(error, record) });
  }

  stored({ id, title }: LocationRecord, more: { readonly replaced?: readonly string[]; readonly notReplaced?: Failure } = {}): void {
    this.#set({ id, title, state: 'stored', ...more });
  }

  #set(outcome: LocationOutcome): void {
    this.#outcomes.set(outcome.id, outcome);
    this.onOutcome(outcome);
  }

  of(records: readonly LocationRecord[]): LocationOutcome[] {
    return records.flatMap(({ id }) => this.#outcomes.get(id) ?? []);
  }

  /** The error for a backup that no location has. */
  noneStored(): Error {
    const reasons = [...this.#outcomes.values()].flatMap((outcome) => {
      if (outcome.state === 'stored') return [];
      const { code, message, remedy } = outcome.error;
      const reason = message.includes(outcome.title) ? message : `${outcome.title}: ${message}`;
      // What to leave out is nowhere else to be seen.
      return code === 'too-large' ? `${reason} ${remedy}` : reason;
    });
    return backupError('no-location-stored', { reasons: reasons.join(' ') });
  }
}

export function resultOf(
  sidecar: Sidecar,
  draft: BackupDraft,
  recorded: SourceRecord,
  stored: readonly Target[],
  locations: readonly LocationOutcome[],
): CreateBackupResult {
  const isTroubled = (outcome: LocationOutcome) => outcome.state === 'failed' || outcome.notReplaced !== undefined;
  return {
    backup: {
      id: sidecar.id,
      name: sidecar.name,
      date: sidecar.date,
      size: sidecar.file.size,
      encrypted: draft.encryption !== undefined,
      ...(draft.encryption === undefined ? {} : { keyFingerprint: draft.encryption.fingerprint }),
      keyKnown: true,
      origin: 'holdfast',
      instance: sidecar.instance.name,
      sources: sidecar.archives.map(({ source }) => source),
      warnings: recorded.problems.length,
      pinned: false,
      seal: sidecar.seal?.mac === undefined ? 'unsealed' : 'sealed',
      locations: stored.map(({ record }) => ({ id: record.id, title: record.title, key: draft.key })),
    },
    outcome: recorded.problems.length > 0 || locations.some(isTroubled) ? 'with-warnings' : 'complete',
    locations,
    problems: recorded.problems,
    sourceFiles: recorded.files,
    sourceBytes: recorded.bytes,
    skipped: recorded.excluded,
  };
}
