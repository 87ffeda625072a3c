import type { BackupRef } from '../backups/open-backup.js';
import type { SentCopy } from '../backups/copies/sent-copy.js';
import type { CreateBackupResult } from '../backups/create-backup.js';
import type { RestoreResult } from '../backups/restore/restore-result.js';
import type { Issue } from '../backups/issues/issue.js';
import type { JobRun } from '../backups/jobs/job-run.js';
import type { Failure } from '../backups/summary.js';
import type { VerifyResult } from '../backups/verify-backup.js';
import type { Emitter, Events } from '../base/events.js';
import type { LocationRecord } from '../config/location-record.js';
import type { FlowKind, Notice, ProviderErrorCode } from '../provider-api/index.js';
import type { RuntimeStatus } from '../providers/runtime-status.js';

/** What can be begun with a backup. */
export type BackupOperation = 'create' | 'send' | 'verify' | 'restore' | 'delete';

/** Each `started` is followed by one of the others. */
export type BackupEvent =
  | { readonly type: 'started'; readonly operation: BackupOperation; readonly backup?: BackupRef }
  /** A backup was made. */
  | { readonly type: 'finished'; readonly result: CreateBackupResult }
  /** A copy was sent to a location, or was there already. */
  | { readonly type: 'sent'; readonly backup: BackupRef; readonly result: SentCopy }
  | { readonly type: 'verified'; readonly backup: BackupRef; readonly result: VerifyResult }
  | { readonly type: 'restored'; readonly backup: BackupRef; readonly result: RestoreResult }
  /** `deletedFrom` has the locations' titles. */
  | { readonly type: 'deleted'; readonly id: string; readonly deletedFrom: readonly string[] }
  /** Nothing came of it, be it for a fault or because it was cancelled. */
  | { readonly type: 'failed'; readonly operation: BackupOperation; readonly backup?: BackupRef; readonly error: Failure };

export type LocationEvent =
  /** `changed`: its title or its settings. */
  | { readonly type: 'added' | 'changed' | 'removed'; readonly location: LocationRecord }
  /** It works; there may be something to know about it all the same. */
  | { readonly type: 'checked'; readonly location: LocationRecord; readonly notices: readonly Notice[] }
  /** It could not be opened, checked, or given a backup. `providerCode`: what kind of failure its provider says it is. */
  | { readonly type: 'failed'; readonly location: LocationRecord; readonly error: Failure; readonly providerCode?: ProviderErrorCode };

/** What became of a provider package's process, or of the package itself. */
export type ProviderEvent =
  | {
      readonly type: 'starting' | 'running' | 'idle' | 'unresponsive' | 'crashed' | 'stopped';
      readonly name: string;
      readonly status: RuntimeStatus;
      readonly error?: Failure;
    }
  | { readonly type: 'installed' | 'updated' | 'rolled-back'; readonly name: string; readonly version: string; readonly from?: string }
  /** `version` could not be started, so `to` is in use again. */
  | { readonly type: 'fell-back'; readonly name: string; readonly version?: string; readonly to: string; readonly error?: Failure }
  | { readonly type: 'enabled' | 'disabled' | 'removed'; readonly name: string };

/** `started`, then any number of `step`, then perhaps `done` or `aborted`: a flow that nobody ends is forgotten after a day. */
export type FlowEvent = {
  readonly type: 'started' | 'step' | 'done' | 'aborted';
  readonly token: string;
  readonly kind?: FlowKind;
  /** The provider type's id. */
  readonly provider?: string;
  /** The location's id, where there is one by now. */
  readonly location?: string;
  /** The step that is shown now. */
  readonly step?: string;
};

/** Something its user must act on came up, or is cured. One that is raised again is told again, as `updated`, only if what it says has changed. */
export interface IssueEvent {
  readonly type: 'raised' | 'updated' | 'resolved';
  readonly issue: Issue;
}

/** `changed`: to this one. `kit-saved`: its kit, or somebody has shown that they have it. */
export interface KeyEvent {
  readonly type: 'changed' | 'added' | 'forgotten' | 'kit-saved';
  readonly fingerprint: string;
}

/** A job began to run, or has ended, also by being tried again at some of its locations. */
export interface RunEvent {
  readonly type: 'started' | 'ended';
  readonly run: JobRun;
}

/** What a host tells about. Plain data, without secrets. */
export interface HostEventMap {
  readonly backup: BackupEvent;
  readonly location: LocationEvent;
  readonly provider: ProviderEvent;
  readonly flow: FlowEvent;
  readonly issue: IssueEvent;
  readonly key: KeyEvent;
  readonly run: RunEvent;
}

export type HostEvents = Events<HostEventMap>;
export type HostEmitter = Emitter<HostEventMap>;
