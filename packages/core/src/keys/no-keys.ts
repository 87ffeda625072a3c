import { keyError } from './errors.js';
import type { KeyStore } from './key-store.js';

const none = async (): Promise<never> => {
  throw keyError('unknown-key', { fingerprint: 'of any kind' });
};

/** A store without keys, for who wants to know what can be read with no more than what was typed. */
export const noKeys: KeyStore = {
  current: () => undefined,
  all: () => [],
  withFingerprint: () => undefined,
  sealMaterial: async () => undefined,
  create: none,
  change: none,
  add: none,
  forget: none,
  warnings: [],
};
