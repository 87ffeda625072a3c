import type { default as LibSodium } from 'libsodium-wrappers-sumo';

export type Sodium = typeof LibSodium;

/** libsodium, compiled to WebAssembly: loaded when the first version 3 archive is read or written. */
export async function loadSodium(): Promise<Sodium> {
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  await sodium.ready;
  return sodium;
}
