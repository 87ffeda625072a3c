import type { Backups } from '../backups/backups.js';
import type { Kits } from '../backups/kits.js';
import type { IssueStore } from '../backups/issues/issue-store.js';
import type { BackupServices } from '../backups/services.js';
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
import type { KnownSecrets } from './known-secrets.js';
import type { ProviderRuntimes } from './provider-runtimes.js';
import { serviceToken } from './service-tokens.js';

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
  issues: serviceToken<IssueStore>('issues'),
} as const;
