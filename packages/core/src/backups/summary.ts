import type { SealState } from './seal/check-seal.js';
import type { Sidecar } from './sidecar.js';
import type { SourceProblem } from './sources/read-source.js';
import type { StoredFile } from './stored-file.js';
import type { VerifiedHow } from './verification/verified-copy.js';

/** Where a copy of a backup lies. */
export interface BackupCopy {
  /** The location's id. */
  readonly id: string;
  readonly title: string;
  /** The object's key there. */
  readonly key: string;
  /** Whose business this copy is: it is read here, and nothing else. */
  readonly managedBy?: 'home-assistant';
  /** When this host last found it right there, ISO 8601 in UTC. */
  readonly lastVerified?: { readonly at: string; readonly how: VerifiedHow };
  /** The code of what was found wrong with it, and is not cured. */
  readonly foundWrong?: string;
}

export interface BackupSummary {
  readonly id: string;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  /** Bytes of the backup file. */
  readonly size: number;
  readonly encrypted: boolean;
  readonly keyFingerprint?: string;
  /** Whether this host has the key; `undefined` where only trying can tell. */
  readonly keyKnown: boolean | undefined;
  /** `other`: it has no sidecar, and was found by what Home Assistant notes beside it, or by looking into the file. */
  readonly origin: 'holdfast' | 'other';
  /**
   * `sealed`: a key of this host proves what it is. `unverified`: it is sealed with another key, so that its digests find damage, not
   * intent. `unsealed`: it has no seal.
   */
  readonly seal: SealState;
  /** The name of the Holdfast instance that made it. */
  readonly instance?: string;
  /** The id of that instance. */
  readonly instanceId?: string;
  /** The job of that instance that made it; absent for one that was made by hand. */
  readonly job?: string;
  /** Its user wants it kept: retention leaves it alone. */
  readonly pinned: boolean;
  readonly sources: readonly string[];
  /** How many files could not be backed up as they should. */
  readonly warnings: number;
  readonly locations: readonly BackupCopy[];
}

export interface SourceDetails {
  readonly name: string;
  readonly member?: string;
  /** Bytes in the backup file. */
  readonly size?: number;
  readonly files?: number;
  /** Of the files' contents. */
  readonly bytes?: number;
}

export interface BackupDetails extends BackupSummary {
  /** Of the whole file, hexadecimal. Not known for a backup without a sidecar. */
  readonly sha256?: string;
  /** How its inner archives are stored; absent for a backup without a sidecar. */
  readonly format?: 'plain' | 'securetar-2' | 'securetar-3';
  readonly sourceDetails: readonly SourceDetails[];
  /** Empty also where they are sealed with a key that this host doesn't have: see `warnings`. */
  readonly problems: readonly SourceProblem[];
  /** The backup's backup.json; of a backup that was found by what Home Assistant notes beside it, that. */
  readonly metadata: unknown;
}

/** An error as data. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** A backup that is there, with its sidecar if it has one. */
export interface FoundBackup {
  readonly summary: BackupSummary;
  readonly sidecar: Sidecar | undefined;
  /** Of a backup without a sidecar: its backup.json, or what Home Assistant notes beside it. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** Copies that are longer or shorter than they should be: not among the summary's locations. */
  readonly notWhole: readonly StoredFile[];
}
