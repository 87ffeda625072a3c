import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ProviderLogger } from '../provider-api/index.js';
import { silentLog, temporaryFolder } from '../providers/package.fixture.js';
import { openProviderRegistry, type ProviderRegistryOptions } from '../providers/registry.js';
import { createConfigFile, openConfigFile } from './config-file.js';
import { createConfigFlows } from './flows/config-flows.js';
import { createLocations } from './locations.js';
import { createPathGrants } from './path-grants.js';
import { openSecretStore } from './secrets/open-secret-store.js';

export interface RunOptions extends ProviderRegistryOptions {
  readonly log?: ProviderLogger;
  readonly clock?: { now(): Date };
}

/** A data directory, and how each run of a host opens it. */
export async function dataDirectory() {
  const above = await temporaryFolder();
  const dataDir = join(above, 'data');
  await createConfigFile(dataDir);
  const read = async (name: string) => readFile(join(dataDir, name), 'utf8').catch(() => '');

  return {
    above,
    dataDir,
    read,
    modeOf: async (name: string) => (await stat(join(dataDir, name))).mode & 0o777,
    /** All that the files hold, but for the one with the secrets. */
    async plainText() {
      const names = (await readdir(dataDir, { recursive: true })).filter((name) => name.endsWith('.json') && name !== 'secrets.json');
      return (await Promise.all(names.map(read))).join('\n');
    },
    /** Opens everything anew, as after a restart. */
    async run({ log = silentLog, clock, ...providers }: RunOptions = {}) {
      const configFile = await openConfigFile(dataDir);
      const secrets = await openSecretStore({
        dataDir,
        instanceId: configFile.instance.id,
        log,
        environment: { HOLDFAST_SECRETS: 'file' },
      });
      const registry = await openProviderRegistry({ hostVersion: '1.0.0', ...providers });
      const grants = createPathGrants(configFile);
      const options = { configFile, secrets, registry, log, grants, stateFolder: () => join(dataDir, 'provider-state') };
      const locations = createLocations(options);
      const flows = createConfigFlows({ ...options, dataDir, locations, ...(clock === undefined ? {} : { clock }) });
      onTestFinished(async () => {
        await flows[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await registry[Symbol.asyncDispose]();
      });
      return { ...options, locations, flows };
    },
  };
}
