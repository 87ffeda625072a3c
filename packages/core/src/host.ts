import { resolve } from 'node:path';
import { cancellable } from './backups/cancellation.js';
import { isHoldfastError } from './base/errors.js';
import { createConfigFile, openConfigFile } from './config/config-file.js';
import { lockDataDir } from './host/data-dir-lock.js';
import type { Host } from './host/host.js';
import type { HostOptions } from './host/host-options.js';
import { type HostInternals, openServices } from './host/open-services.js';
import { openKeyStore } from './keys/key-store.js';

/**
 * Makes a data directory ready: its configuration and an encryption key. What is there already stays as it is.
 *
 * @returns whether anything was made
 */
export async function initialiseDataDir(
  dataDir: string,
  options: { readonly instanceName?: string } = {},
): Promise<{ readonly created: boolean }> {
  let created = true;
  try {
    await createConfigFile(dataDir, options);
  } catch (error) {
    if (!isHoldfastError(error, 'already-initialised')) throw error;
    created = false;
  }
  const keys = await openKeyStore(dataDir);
  if (keys.current() !== undefined) return { created };
  try {
    await keys.create();
  } catch (error) {
    // Another process was faster.
    if (!isHoldfastError(error, 'key-exists')) throw error;
  }
  return { created: true };
}

/**
 * Opens a data directory. No provider's code runs yet.
 *
 * @throws `not-initialised`, what is wrong with its files, `data-dir-busy`
 */
export function createHost(options: HostOptions): Promise<Host> {
  return openHost(options, {});
}

/** As {@link createHost}, with what only tests change. */
export async function openHost(options: HostOptions, internals: HostInternals): Promise<Host> {
  const dataDir = resolve(options.dataDir);
  // Before the lock, which would need the folder.
  await openConfigFile(dataDir);
  const lock = await lockFor(dataDir, options);
  try {
    const { host, close } = await openServices(dataDir, options, internals);
    const closeAll = async () => {
      try {
        await close();
      } finally {
        await lock?.[Symbol.asyncDispose]();
      }
    };
    let closing: Promise<void> | undefined;
    return { ...host, [Symbol.asyncDispose]: () => (closing ??= closeAll()) };
  } catch (error) {
    await lock?.[Symbol.asyncDispose]();
    throw error;
  }
}

async function lockFor(dataDir: string, options: HostOptions): Promise<AsyncDisposable | undefined> {
  if (options.access === 'shared') return undefined;
  const { purpose = 'using it', waitForLock = 0, onWaiting } = options;
  return cancellable(options.signal, (signal) => lockDataDir(dataDir, { purpose, patience: waitForLock, onWaiting, signal }));
}
