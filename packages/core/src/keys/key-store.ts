import { isErrno } from '../base/atomic-file.js';
import { generateEncryptionKey } from './encryption-key.js';
import { keyError } from './errors.js';
import { fingerprintOf, matchesFingerprint, shortFingerprint } from './fingerprint.js';
import { type KeptKey, shown, type StoredKey } from './kept-key.js';
import { closeToOthers, keysFile } from './keys-file.js';
import { newSealSalt, type SealMaterial, sealRootOf } from './seal-key.js';

export type { StoredKey } from './kept-key.js';

/** A key that is known from elsewhere, such as an old kit. */
export interface KeyFromElsewhere {
  /** Its text, in its proper form. */
  readonly key: string;
  /** By which backups or the kit name it; default: a new one. */
  readonly fingerprint?: string;
  /** ISO 8601, as far as it is known. */
  readonly since?: string;
  readonly until?: string;
}

export interface ChangedKey {
  readonly current: StoredKey;
  /** The one before it, which stays; `undefined` if there was none. */
  readonly former: StoredKey | undefined;
}

/**
 * The encryption keys of a data directory, in `keys.json`, which only its owner may read: the current one, and all that were current
 * before it, so that old backups open. What another process changes is seen with the next call.
 */
export interface KeyStore {
  /** The key that encrypts new backups. @throws `keys-file-damaged`, also if the file is gone: no backup may have a key that is nowhere */
  current(): StoredKey | undefined;
  /** All keys, the current one first, then from the latest to the oldest. */
  all(): readonly StoredKey[];
  withFingerprint(fingerprint: string): StoredKey | undefined;
  /**
   * What authenticates seals that this key made; `undefined` for a key that isn't here. The one for new seals is kept with the key, so
   * that it costs nothing; with a `salt` other than that, such as of a seal that another host made with the same key, it is derived once.
   */
  sealMaterial(fingerprint: string, salt?: Uint8Array): Promise<SealMaterial | undefined>;
  /**
   * Makes the first key; of several processes that try at once, one succeeds. @throws `key-exists`, and then knows the key that is there
   */
  create(): Promise<StoredKey>;
  /**
   * Makes a new key for all backups from now on. The one before it stays among the former ones. Whatever dies in between, the file holds
   * the old state or the new one. `from`: the fingerprint of the key that is thought to be the current one. @throws `key-changed`, if it
   * is not
   */
  change(options?: { readonly from?: string }): Promise<ChangedKey>;
  /** Takes in a key from elsewhere, as a former one. @throws `key-known`, `key-of-other-fingerprint` */
  add(key: KeyFromElsewhere): Promise<StoredKey>;
  /**
   * Removes a former key for good: nothing that only it opens can be read here any more. @throws `unknown-key`, `key-in-use` for the
   * current one
   */
  forget(fingerprint: string): Promise<StoredKey>;
  /** What was found to be unsafe and put right on opening, for the log. */
  readonly warnings: readonly string[];
}

const maxDerived = 64;

/** @throws `keys-file-damaged` */
export async function openKeyStore(dataDir: string, { now = () => new Date() }: { readonly now?: () => Date } = {}): Promise<KeyStore> {
  const file = keysFile(dataDir);
  let keys: readonly KeptKey[] = file.readIfChanged() ?? [];
  const warnings = file.isThere() ? await closeToOthers(file.path) : [];
  const latest = (): readonly KeptKey[] => (keys = file.readIfChanged() ?? keys);
  const kept = (fingerprint: string) => latest().find((stored) => stored.fingerprint === fingerprint);
  const gone = () => keyError('keys-file-damaged', { path: file.path, reason: 'it is gone' });
  const change = async (make: (before: readonly KeptKey[]) => Promise<readonly KeptKey[]>): Promise<void> => {
    keys = await file.change(async (before) => {
      // A file that vanished is not begun anew with one key: a copy of it may still be put back.
      if (before.length === 0 && keys.length > 0) throw gone();
      return make(before);
    });
  };
  const derived = new Map<string, Promise<Buffer>>();
  const derive = (key: string, fingerprint: string, salt: Uint8Array) => {
    const name = `${fingerprint} ${Buffer.from(salt).toString('base64')}`;
    const root = derived.get(name) ?? sealRootOf(key, salt);
    // Salts come from sidecars, which anyone may have written.
    if (derived.size >= maxDerived) derived.clear();
    derived.set(name, root);
    return root;
  };
  let drawing: Promise<void> | undefined;
  const store: KeyStore = {
    warnings,
    current() {
      const current = latest().find(isCurrent);
      if (current !== undefined && !file.isThere()) throw gone();
      return shown(current);
    },
    all: () => [...latest()].sort(latestFirst).map((key) => shown(key)),
    withFingerprint: (fingerprint) => shown(kept(fingerprint)),
    async sealMaterial(fingerprint, salt) {
      const stored = kept(fingerprint);
      if (stored === undefined) return undefined;
      if (salt !== undefined && stored.seal?.salt !== Buffer.from(salt).toString('base64')) {
        return { fingerprint, salt: Buffer.from(salt), root: await derive(stored.key, fingerprint, salt) };
      }
      // One at a time: a key has one salt for all of its seals.
      if (stored.seal === undefined) await (drawing ??= drawSeals().finally(() => (drawing = undefined)));
      const { seal } = keys.find((key) => key.fingerprint === fingerprint) ?? {};
      return seal === undefined
        ? undefined
        : { fingerprint, salt: Buffer.from(seal.salt, 'base64'), root: Buffer.from(seal.root, 'base64') };
    },
    async create() {
      const made = await newKey();
      await change(async (before) => {
        keys = before;
        if (before.some(isCurrent)) throw keyError('key-exists');
        return [...before, { ...made, since: now().toISOString() }];
      });
      return found(made.fingerprint);
    },
    async change({ from } = {}) {
      const made = await newKey();
      let former: StoredKey | undefined;
      await change(async (before) => {
        const current = before.find(isCurrent);
        if (from !== undefined && current?.fingerprint !== from) throw keyError('key-changed', { fingerprint: shortFingerprint(from) });
        const at = now().toISOString();
        former = current === undefined ? undefined : shown({ ...current, until: at });
        return [...before.map((key) => (key === current ? { ...key, until: at } : key)), { ...made, since: at }];
      });
      return { current: found(made.fingerprint), former };
    },
    async add({ key, since, until, fingerprint: named }) {
      const fingerprint = named ?? (await fingerprintOf(key));
      const short = shortFingerprint(fingerprint);
      if (named !== undefined && !(await matchesFingerprint(key, named)))
        throw keyError('key-of-other-fingerprint', { fingerprint: short });
      const seal = await newSeal(key);
      await change(async (before) => {
        if (before.some((other) => other.fingerprint === fingerprint)) throw keyError('key-known', { fingerprint: short });
        const at = now().toISOString();
        return [...before, { key, fingerprint, since: since ?? until ?? at, until: until ?? at, added: at, seal }];
      });
      return found(fingerprint);
    },
    async forget(fingerprint) {
      let forgotten: StoredKey | undefined;
      await change(async (before) => {
        const key = before.find((other) => other.fingerprint === fingerprint);
        if (key === undefined) throw keyError('unknown-key', { fingerprint: shortFingerprint(fingerprint) });
        if (isCurrent(key)) throw keyError('key-in-use', { fingerprint: shortFingerprint(fingerprint) });
        forgotten = shown(key);
        return before.filter((other) => other !== key);
      });
      derived.clear();
      if (forgotten === undefined) throw keyError('unknown-key', { fingerprint: shortFingerprint(fingerprint) });
      return forgotten;
    },
  };
  function found(fingerprint: string): StoredKey {
    const key = keys.find((other) => other.fingerprint === fingerprint);
    if (key === undefined) throw keyError('unknown-key', { fingerprint: shortFingerprint(fingerprint) });
    return shown(key);
  }
  /** Gives every key without one its seal. */
  async function drawSeals(): Promise<void> {
    const withSeals = (all: readonly KeptKey[]) =>
      Promise.all(all.map(async (key) => (key.seal === undefined ? { ...key, seal: await newSeal(key.key) } : key)));
    // A data directory that can't be written to must still restore: there it is derived anew in each run.
    await change(withSeals).catch(async (error: unknown) => {
      if (!isErrno(error, 'EROFS', 'EACCES', 'EPERM', 'ENOSPC')) throw error;
      keys = await withSeals(keys);
    });
  }
  return store;
}

/** What takes its time is done before the file is locked. */
async function newKey(): Promise<Omit<KeptKey, 'since'>> {
  const key = generateEncryptionKey();
  const [fingerprint, seal] = await Promise.all([fingerprintOf(key), newSeal(key)]);
  return { key, fingerprint, seal };
}

async function newSeal(key: string): Promise<{ salt: string; root: string }> {
  const salt = newSealSalt();
  return { salt: salt.toString('base64'), root: (await sealRootOf(key, salt)).toString('base64') };
}

function isCurrent({ until }: StoredKey): boolean {
  return until === undefined;
}

function latestFirst(one: StoredKey, other: StoredKey): number {
  const end = ({ until }: StoredKey) => (until === undefined ? Number.POSITIVE_INFINITY : new Date(until).getTime());
  const [first, second] = [end(one), end(other)];
  return first === second ? 0 : first < second ? 1 : -1;
}
