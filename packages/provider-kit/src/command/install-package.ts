import { createHost, initialiseDataDir, type InstalledProvider } from '@holdfast/core';

/** Installs a tarball into a new data directory, as its user would: what the host refuses there, it refuses here. */
export async function installPackage(tarball: string, dataDir: string, signal: AbortSignal): Promise<InstalledProvider> {
  await initialiseDataDir(dataDir);
  await using host = await createHost({ dataDir, isolation: 'process' });
  const installed = await host.packages.install(tarball, { grant: async () => true, signal });
  // Nothing was there before, so there is nothing to fall back to.
  if (installed.outcome === 'fell-back') throw installed.failed.error;
  return installed.provider;
}
