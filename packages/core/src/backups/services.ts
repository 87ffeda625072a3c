import type { Clock } from '../base/clock.js';
import type { Locations } from '../config/locations.js';
import type { KeyStore } from '../keys/key-store.js';
import type { ProviderLogger } from '../provider-api/index.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { IssueStore } from './issues/issue-store.js';
import type { Journal } from './journal.js';
import type { Pins } from './pins.js';
import type { RetentionLog } from './retention/retention-log.js';
import type { SealLog } from './seal/seal-log.js';
import type { VerifiedLog } from './verification/verified-log.js';

/** What the operations on backups work with. */
export interface BackupServices {
  readonly dataDir: string;
  readonly instance: { readonly id: string; readonly name: string };
  readonly providers: ProviderRegistry;
  readonly locations: Locations;
  readonly keys: KeyStore;
  readonly journal: Journal;
  readonly sealLog: SealLog;
  readonly issues: IssueStore;
  readonly pins: Pins;
  readonly verifiedLog: VerifiedLog;
  readonly retentionLog: RetentionLog;
  /** Dates what is made. */
  readonly clock: Clock;
  readonly log: ProviderLogger;
}
