import { fileURLToPath } from 'node:url';

/** The module that runs in a provider's process. It lies beside the bundle that this module is a part of. */
export function childEntry(): string {
  return fileURLToPath(new URL('../../provider-process.js', import.meta.url));
}
