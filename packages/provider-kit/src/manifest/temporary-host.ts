import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type Host, type HostOptions, initialiseDataDir, provide, serviceTokens } from '@holdfast/core';
import { memorySecrets } from '../process/memory-secrets.js';

/** A host with an empty data directory, which goes with it. */
export interface TemporaryHost extends AsyncDisposable {
  readonly host: Host;
}

export async function startTemporaryHost(providers: NonNullable<HostOptions['providers']>): Promise<TemporaryHost> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-kit-')));
  const remove = () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  try {
    await initialiseDataDir(dataDir);
    const host = await createHost({ dataDir, providers, services: [provide(serviceTokens.secrets, memorySecrets())] });
    return {
      host,
      async [Symbol.asyncDispose]() {
        await host[Symbol.asyncDispose]();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
