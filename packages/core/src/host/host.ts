import type { Backups } from '../backups/backups.js';
import type { Finding } from '../backups/doctor.js';
import type { IssueStore } from '../backups/issues/issue-store.js';
import type { Jobs } from '../backups/jobs/job-store.js';
import type { Kits } from '../backups/kits.js';
import type { Retention } from '../backups/retention/retention.js';
import type { Verifications } from '../backups/verification/verification.js';
import type { Restores } from '../backups/restore/replace/kept-restores.js';
import type { ConfigFlows } from '../config/flows/flow-view.js';
import type { Locations } from '../config/locations.js';
import type { SecretsSetting } from '../config/secrets/secrets-wish.js';
import type { Settings } from '../config/settings.js';
import type { ExportLocations } from '../config/transfer/export-locations.js';
import type { ImportedLocation, ImportLocations } from '../config/transfer/import-locations.js';
import type { LocationExport } from '../config/transfer/location-export.js';
import type { Instance } from '../config/stored-config.js';
import type { DiagnosticsBundle } from '../diagnostics.js';
import type { ProviderPackages } from '../providers/install/provider-packages.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { RuntimeStatus } from '../providers/runtime-status.js';
import type { EnabledProvider } from './enable-provider.js';
import type { HostEvents } from './events.js';
import type { CheckUp } from './check-up.js';
import type { Notifications } from './notifications/notifications.js';
import type { SecretsState } from './secret-moves.js';
import type { HostKeys } from './telling-keys.js';

/** What its user must act on. Raised and closed by the host itself. */
export type Issues = Pick<IssueStore, 'list'>;

/** A running core: what an app embeds, and what the command line drives. Close it when done. */
export interface Host extends AsyncDisposable {
  readonly dataDir: string;
  readonly instance: Instance;
  /** What happens, as it happens. */
  readonly events: HostEvents;
  /** The types of locations that there are. */
  readonly providers: ProviderRegistry;
  /** The provider packages that are installed from npm. */
  readonly packages: ProviderPackages;
  /**
   * Uses a provider package again, wherever it comes from: one that was disabled, or stopped as it crashed too often.
   *
   * @throws `provider-not-installed`
   */
  enableProvider(name: string): Promise<EnabledProvider>;
  readonly locations: Locations;
  /** Locations are added and changed step by step, by whoever asks for the answers. */
  readonly flows: ConfigFlows;
  /** Puts locations into a form that another machine can import, without their secrets or with them encrypted. */
  exportLocations(options?: ExportLocations): Promise<LocationExport>;
  /** Takes over what {@link exportLocations} gave, location by location. */
  importLocations(exported: unknown, options?: ImportLocations): Promise<readonly ImportedLocation[]>;
  readonly keys: HostKeys;
  readonly kit: Kits;
  /** What `backups.create` does where it is not told otherwise, and where providers run. */
  readonly settings: Settings;
  readonly backups: Backups;
  /** Which backups are kept, and which are not. */
  readonly retention: Retention;
  /** Proves again and again that what is stored is whole, and can be restored. */
  readonly verification: Verifications;
  /** Restores that replaced folders, and whose former state is kept. */
  readonly restores: Restores;
  /** What is backed up by itself, and how that went. */
  readonly jobs: Jobs;
  /** What its user must act on, until it is cured. */
  readonly issues: Issues;
  /** Finds the issues that only looking finds, and closes those that are over. Gives all that are open then. */
  readonly checkUp: CheckUp;
  /** How somebody is told what needs them. */
  readonly notifications: Notifications;
  /** How the locations' secrets are kept. */
  describeSecrets(): Promise<SecretsState>;
  /** Keeps all secrets in that way from now on. They can be read all the time, and a crash loses none. */
  moveSecrets(to: SecretsSetting): Promise<SecretsState>;
  /** Looks at all that a backup and a restore will need. */
  doctor(options?: { readonly signal?: AbortSignal }): Promise<Finding[]>;
  /** What a bug report needs: versions, settings, locations, findings and logs, without secrets, names of places and accounts. */
  diagnostics(options?: { readonly signal?: AbortSignal }): Promise<DiagnosticsBundle>;
  /** How the provider packages' code does, of this host and of others on this data directory. */
  running(): Promise<readonly RuntimeStatus[]>;
  /** The last lines that a provider package logged, the oldest first. `lines`: default 100. */
  providerLog(name: string, options?: { readonly lines?: number }): Promise<string[]>;
}
