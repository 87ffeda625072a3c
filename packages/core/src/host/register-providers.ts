import { createPathGrants } from '../config/path-grants.js';
import { createProviderPackages } from '../providers/install/provider-packages.js';
import type { Composition } from './composition.js';
import type { DataDirPaths } from './data-dir-paths.js';
import { createKnownSecrets } from './known-secrets.js';
import { ownTokens } from './own-tokens.js';
import { createProviderRuntimes, type ProviderRuntimesOptions } from './provider-runtimes.js';
import { serviceTokens } from './service-tokens.js';
import { tellingPackages } from './telling-packages.js';

/** What provider packages are, and how they are run. */
export function registerProviders(
  { register, get }: Composition,
  paths: DataDirPaths,
  options: Pick<ProviderRuntimesOptions, 'isolation' | 'process'>,
): void {
  register(ownTokens.pathGrants, () => createPathGrants(get(ownTokens.configFile)));
  register(ownTokens.knownSecrets, () => createKnownSecrets(get(ownTokens.secrets).seen));
  register(ownTokens.runtimes, () =>
    createProviderRuntimes({
      ...options,
      paths,
      log: get(serviceTokens.log),
      events: get(ownTokens.events),
      secrets: get(ownTokens.knownSecrets),
      grants: (found) => get(ownTokens.pathGrants).for(found),
    }),
  );
  register(ownTokens.packages, () => {
    const packages = createProviderPackages({
      dataDir: paths.dataDir,
      activate: (found, signal) => get(ownTokens.runtimes).tryOut(found, signal),
      log: get(serviceTokens.log),
      clock: get(serviceTokens.clock),
      locationsOf: (types) =>
        get(ownTokens.configFile)
          .locations()
          .flatMap(({ provider, title }) => (types.includes(provider) ? [title] : [])),
    });
    return tellingPackages(packages, get(ownTokens.events));
  });
}
