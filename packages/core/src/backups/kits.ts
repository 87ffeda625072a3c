import { keyError } from '../keys/errors.js';
import { findKey } from '../keys/find-key.js';
import { shortFingerprint } from '../keys/fingerprint.js';
import type { StoredKey } from '../keys/key-store.js';
import type { KitContents } from '../keys/kit-contents.js';
import { isKeyGroup, type KitQuestion, kitQuestion } from '../keys/kit-proof.js';
import type { KitRecord, SavedKit } from '../keys/kit-record.js';
import { openKit } from '../keys/open-kit.js';
import { type SavedKitFiles, saveKit } from '../keys/save-kit.js';
import { cancellable } from './cancellation.js';
import { listBackups } from './catalogue.js';
import { backupError } from './errors.js';
import type { KitCheck } from './kit-check.js';
import type { BackupServices } from './services.js';

/** `saved`: of the current key. `outdated`: only of a former one, so that new backups have none. `missing`: none was ever saved. */
export type KitState = { readonly state: 'saved' | 'outdated'; readonly kit: SavedKit } | { readonly state: 'missing' };

/** How somebody shows that they have a kit: by a group of its key, or by the saved file itself. `fingerprint`: default the current key. */
export type KitProof =
  | { readonly group: number; readonly typed: string; readonly fingerprint?: string }
  | { readonly file: string; readonly fingerprint?: string };

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The emergency kits of a host's keys. Fingerprints may be given as people write them. */
export interface Kits {
  /** The latest kit that was saved of the current key, or of the one that is named; `undefined` if none ever was. */
  saved(fingerprint?: string): SavedKit | undefined;
  state(): KitState;
  /** Writes a kit into a folder and notes that it was saved. A location that can't be reached is listed without its backups. */
  save(folder: string, options?: CallOptions & { readonly fingerprint?: string }): Promise<SavedKitFiles>;
  /** A part of the key to ask for, of whoever says that they have its kit. */
  question(fingerprint?: string): KitQuestion;
  /**
   * Notes that a kit was really saved, once somebody has shown it.
   *
   * @throws `kit-proof-wrong`; of a file `kit-unreadable`, `kit-of-other-key`
   */
  confirm(proof: KitProof): Promise<SavedKit>;
  /** Which of the backups a saved kit opens, wherever they are: with nothing but what is in that file. @throws `kit-unreadable` */
  check(file: string, options?: CallOptions): Promise<KitCheck>;
}

export function createKits(services: BackupServices, record: KitRecord): Kits {
  const { keys, clock } = services;
  const currentOrNamed = (fingerprint: string | undefined): StoredKey => {
    const key = fingerprint === undefined ? keys.current() : findKey(keys.all(), fingerprint);
    if (key === undefined) throw backupError('no-encryption-key');
    return key;
  };
  const note = async (kit: SavedKit): Promise<SavedKit> => {
    await record.add(kit);
    return kit;
  };
  const kits: Kits = {
    saved(fingerprint) {
      const key = fingerprint === undefined ? keys.current() : findKey(keys.all(), fingerprint);
      return key === undefined ? undefined : record.savedFor(key.fingerprint);
    },
    state() {
      const kit = kits.saved();
      if (kit !== undefined) return { state: 'saved', kit };
      const [former] = keys.all().flatMap(({ fingerprint }) => record.savedFor(fingerprint) ?? []);
      return former === undefined ? { state: 'missing' } : { state: 'outdated', kit: former };
    },
    save: (folder, { fingerprint, ...options } = {}) =>
      cancellable(options.signal, async (signal) => {
        const contents = await gatherKit(services, currentOrNamed(fingerprint), signal);
        const files = await saveKit(contents, folder);
        await note({ savedAt: contents.createdAt, fingerprint: contents.fingerprint, place: files.textPath });
        return files;
      }),
    question: (fingerprint) => kitQuestion(currentOrNamed(fingerprint).fingerprint),
    async confirm(proof) {
      const { key, fingerprint } = currentOrNamed(proof.fingerprint);
      const at = clock.now().toISOString();
      const before = record.savedFor(fingerprint);
      if ('typed' in proof) {
        const { group, typed } = proof;
        if (!isKeyGroup(key, group, typed)) throw keyError('kit-proof-wrong', { group, fingerprint: shortFingerprint(fingerprint) });
        const kit = { savedAt: before?.savedAt ?? at, fingerprint, place: before?.place ?? 'where you keep it' };
        return note({ ...kit, proven: { at, how: 'typed' } });
      }
      const kit = await openKit(proof.file);
      if (kit.key !== key) {
        const other = kit.fingerprint === undefined ? 'without a fingerprint' : shortFingerprint(kit.fingerprint);
        throw keyError('kit-of-other-key', { path: kit.path, other, fingerprint: shortFingerprint(fingerprint) });
      }
      return note({ savedAt: kit.createdAt ?? before?.savedAt ?? at, fingerprint, place: kit.path, proven: { at, how: 'file' } });
    },
    check: (file, options = {}) =>
      cancellable(options.signal, async (signal) => {
        const { checkKit } = await import('./kit-check.js');
        return checkKit(services, file, signal);
      }),
  };
  return kits;
}

async function gatherKit(services: BackupServices, wanted: StoredKey, signal: AbortSignal): Promise<KitContents> {
  const { backups } = await listBackups(services, {}, signal);
  const { key, fingerprint, since, until } = wanted;
  const otherKeys = services.keys
    .all()
    .filter((other) => other.fingerprint !== fingerprint && other.key !== key)
    .map((other) => ({ fingerprint: other.fingerprint, since: other.since, ...(other.until === undefined ? {} : { until: other.until }) }));
  return {
    key,
    fingerprint,
    since,
    ...(until === undefined ? {} : { until }),
    ...(otherKeys.length === 0 ? {} : { otherKeys }),
    createdAt: services.clock.now().toISOString(),
    instance: services.instance,
    // With the type: `recover` asks for it first.
    locations: services.locations
      .list()
      .map(({ id, title, provider }) => ({ title, place: `${provider}: ${services.locations.describe(id)}` })),
    backups: backups
      .filter(({ keyFingerprint }) => keyFingerprint === fingerprint)
      .map(({ id, name, date, size, locations }) => ({ id, name, date, size, locations: locations.map(({ title }) => title) })),
  };
}
