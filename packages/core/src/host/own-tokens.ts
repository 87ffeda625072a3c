import type { Backups } from '../backups/backups.js';
import type { Kits } from '../backups/kits.js';
import type { IssueStore } from '../backups/issues/issue-store.js';
import type { Pins } from '../backups/pins.js';
import type { Retention } from '../backups/retention/retention.js';
import type { RetentionLog } from '../backups/retention/retention-log.js';
import type { Jobs } from '../backups/jobs/job-store.js';
import type { RunLog } from '../backups/jobs/run-log.js';
import type { BackupServices } from '../backups/services.js';
import type { Verifications } from '../backups/verification/verification.js';
import type { VerifiedLog } from '../backups/verification/verified-log.js';
import type { ConfigFile } from '../config/config-file.js';
import type { ConfigFlows } from '../config/flows/flow-view.js';
import type { LocationsOptions } from '../config/location-context.js';
import type { Locations } from '../config/locations.js';
import type { PathGrants } from '../config/path-grants.js';
import type { RememberingSecretStore } from '../config/secrets/remember-secrets.js';
import type { Settings } from '../config/settings.js';
import type { ProviderPackages } from '../providers/install/provider-packages.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { HostEmitter } from './events.js';
import type { HostNotifications } from './notifications/late-notifications.js';
import type { IssueRaiser } from './raising-issues.js';
import type { KnownSecrets } from './known-secrets.js';
import type { ProviderRuntimes } from './provider-runtimes.js';
import { serviceToken } from './service-tokens.js';
import type { HostKeys } from './telling-keys.js';

/** The services that no app replaces. */
export const ownTokens = {
  events: serviceToken<HostEmitter>('events'),
  configFile: serviceToken<ConfigFile>('configFile'),
  /** The app's or the host's own store, which remembers what went through it. */
  secrets: serviceToken<RememberingSecretStore>('rememberedSecrets'),
  pathGrants: serviceToken<PathGrants>('pathGrants'),
  knownSecrets: serviceToken<KnownSecrets>('knownSecrets'),
  runtimes: serviceToken<ProviderRuntimes>('runtimes'),
  packages: serviceToken<ProviderPackages>('packages'),
  providers: serviceToken<ProviderRegistry>('providers'),
  locationsOptions: serviceToken<LocationsOptions>('locationsOptions'),
  flows: serviceToken<ConfigFlows>('flows'),
  locations: serviceToken<Locations>('locations'),
  settings: serviceToken<Settings>('settings'),
  backupServices: serviceToken<BackupServices>('backupServices'),
  backups: serviceToken<Backups>('backups'),
  kits: serviceToken<Kits>('kits'),
  hostKeys: serviceToken<HostKeys>('hostKeys'),
  issues: serviceToken<IssueStore>('issues'),
  issueRaiser: serviceToken<IssueRaiser>('issueRaiser'),
  notifications: serviceToken<HostNotifications>('notifications'),
  runLog: serviceToken<RunLog>('runLog'),
  jobs: serviceToken<Jobs>('jobs'),
  pins: serviceToken<Pins>('pins'),
  verifiedLog: serviceToken<VerifiedLog>('verifiedLog'),
  retentionLog: serviceToken<RetentionLog>('retentionLog'),
  retention: serviceToken<Retention>('retention'),
  verification: serviceToken<Verifications>('verification'),
} as const;
