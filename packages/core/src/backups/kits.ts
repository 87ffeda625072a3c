import type { KitContents } from '../keys/kit-contents.js';
import type { KitRecord, SavedKit } from '../keys/kit-record.js';
import { type SavedKitFiles, saveKit } from '../keys/save-kit.js';
import { listBackups } from './catalogue.js';
import { backupError } from './errors.js';
import type { BackupServices } from './services.js';

/** The emergency kit of a host's current key. */
export interface Kits {
  /** The latest kit that was saved of the current key; `undefined` if none ever was. */
  saved(): SavedKit | undefined;
  /** Writes a kit into a folder and notes that it was saved. A location that can't be reached is listed without its backups. */
  save(folder: string, options?: { readonly signal?: AbortSignal }): Promise<SavedKitFiles>;
}

export function createKits(services: BackupServices, record: KitRecord): Kits {
  return {
    saved() {
      const current = services.keys.current();
      return current === undefined ? undefined : record.savedFor(current.fingerprint);
    },
    async save(folder, { signal = new AbortController().signal } = {}) {
      const contents = await gatherKit(services, signal);
      const files = await saveKit(contents, folder);
      await record.add({ savedAt: contents.createdAt, fingerprint: contents.fingerprint, place: files.textPath });
      return files;
    },
  };
}

async function gatherKit(services: BackupServices, signal: AbortSignal): Promise<KitContents> {
  const current = services.keys.current();
  if (current === undefined) throw backupError('no-encryption-key');
  const { backups } = await listBackups(services, {}, signal);
  return {
    key: current.key,
    fingerprint: current.fingerprint,
    since: current.since,
    createdAt: services.clock.now().toISOString(),
    instance: services.instance,
    locations: services.locations.list().map(({ id, title }) => ({ title, place: services.locations.describe(id) })),
    backups: backups
      .filter(({ keyFingerprint }) => keyFingerprint === current.fingerprint)
      .map(({ id, name, date, size, locations }) => ({ id, name, date, size, locations: locations.map(({ title }) => title) })),
  };
}
