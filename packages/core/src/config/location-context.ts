import type { ProviderContext, ProviderLogger } from '../provider-api/index.js';
import type { ProviderType } from '../providers/provider-package.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { ConfigFile } from './config-file.js';
import { type PathGrants, pathsIn } from './path-grants.js';
import type { SecretStore } from './secrets/secret-store.js';

/** What locations are made of. */
export interface LocationsOptions {
  readonly configFile: ConfigFile;
  readonly secrets: SecretStore;
  readonly registry: ProviderRegistry;
  readonly log: ProviderLogger;
  /** The folder that the type's package has for itself. */
  readonly stateFolder: (type: ProviderType) => string;
  /** Which paths providers may reach, where that is limited: settings that are tried out are announced to it. */
  readonly grants?: PathGrants;
}

/** What a provider gets with a call that concerns the location. */
export function contextFor(
  { log, stateFolder }: Pick<LocationsOptions, 'log' | 'stateFolder'>,
  type: ProviderType,
  locationId: string,
  rest: Pick<ProviderContext, 'firstUse' | 'signal'>,
): ProviderContext {
  const named = (message: string) => `[${locationId}] ${message}`;
  return {
    locationId,
    stateFolder: stateFolder(type),
    ...rest,
    log: {
      debug: (message) => log.debug(named(message)),
      info: (message) => log.info(named(message)),
      warn: (message) => log.warn(named(message)),
      error: (message) => log.error(named(message)),
    },
  };
}

/** Runs calls for settings that aren't stored, with the paths that these name open to the provider. */
export async function withGrants<T>(
  { grants }: Pick<LocationsOptions, 'grants'>,
  type: ProviderType,
  config: unknown,
  run: () => Promise<T>,
  schema = type.configSchema,
): Promise<T> {
  const paths = pathsIn(schema, config);
  return grants === undefined || paths.length === 0 ? run() : grants.during(type, paths, run);
}
