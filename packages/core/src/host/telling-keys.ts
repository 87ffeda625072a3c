import type { AddedKey, GivenKey } from '../backups/key-use-add.js';
import type { KeyUses } from '../backups/key-use.js';
import { cancellable } from '../backups/cancellation.js';
import { lockBackups } from '../backups/exclusive.js';
import type { Kits } from '../backups/kits.js';
import type { BackupServices } from '../backups/services.js';
import { findKey } from '../keys/find-key.js';
import type { KeyStore, StoredKey } from '../keys/key-store.js';
import type { HostEmitter } from './events.js';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A host's encryption keys. No backup is made, sent or deleted while they change: @throws `backup-running` */
export interface HostKeys extends KeyStore {
  /** The key with this fingerprint, in full or as it is shown. @throws `unknown-key`, `ambiguous-key` */
  find(fingerprint: string): StoredKey;
  /** How many backups at which locations each key opens, those of keys that are not here among them. */
  use(options?: CallOptions): Promise<KeyUses>;
  /**
   * Takes in a key that somebody types, or its kit, so that backups of it open without asking. @throws `key-not-one`, `key-known`, `kit-
   * unreadable`
   */
  addFrom(given: GivenKey, options?: CallOptions): Promise<readonly AddedKey[]>;
}

/** Changes of keys keep clear of backups that are under way, and are told. */
export function tellingKeys(services: BackupServices, events: HostEmitter): HostKeys {
  const { keys, dataDir } = services;
  const tell = (type: 'changed' | 'added' | 'forgotten', { fingerprint }: StoredKey) => events.emit('key', { type, fingerprint });
  return {
    ...keys,
    async change(options) {
      await using _lock = await lockBackups(dataDir, 'changing the encryption key');
      const changed = await keys.change(options);
      tell('changed', changed.current);
      return changed;
    },
    async add(key) {
      const added = await keys.add(key);
      tell('added', added);
      return added;
    },
    async forget(fingerprint) {
      await using _lock = await lockBackups(dataDir, 'forgetting an encryption key');
      const forgotten = await keys.forget(findKey(keys.all(), fingerprint).fingerprint);
      tell('forgotten', forgotten);
      return forgotten;
    },
    find: (fingerprint) => findKey(keys.all(), fingerprint),
    use: (options = {}) =>
      cancellable(options.signal, async (signal) => {
        const { countKeyUse } = await import('../backups/key-use.js');
        return countKeyUse(services, signal);
      }),
    addFrom: (given, options = {}) =>
      cancellable(options.signal, async (signal) => {
        const { addKey } = await import('../backups/key-use-add.js');
        const added = await addKey(services, given, signal);
        for (const { key } of added) tell('added', key);
        return added;
      }),
  };
}

/** Tells of kits that were saved, or shown to have been. */
export function tellingKits(kits: Kits, services: BackupServices, events: HostEmitter): Kits {
  const tell = (fingerprint: string) => events.emit('key', { type: 'kit-saved', fingerprint });
  return {
    ...kits,
    async save(folder, options = {}) {
      const files = await kits.save(folder, options);
      const { fingerprint } = options;
      const key = fingerprint === undefined ? services.keys.current() : findKey(services.keys.all(), fingerprint);
      if (key !== undefined) tell(key.fingerprint);
      return files;
    },
    async confirm(proof) {
      const kit = await kits.confirm(proof);
      tell(kit.fingerprint);
      return kit;
    },
  };
}
