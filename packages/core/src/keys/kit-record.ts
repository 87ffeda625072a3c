import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../base/atomic-file.js';
import { keyError } from './errors.js';

export interface SavedKit {
  /** ISO 8601. */
  readonly savedAt: string;
  /** Of the key that it holds. */
  readonly fingerprint: string;
  /** The file. */
  readonly place: string;
}

/** Whether emergency kits were ever saved, in `kit.json`. Knows no key. */
export interface KitRecord {
  /** The latest kit of the key with this fingerprint. */
  savedFor(fingerprint: string): SavedKit | undefined;
  /** All kits of the key with this fingerprint. */
  all(fingerprint: string): readonly SavedKit[];
  add(kit: SavedKit): Promise<void>;
}

/** @throws `kit-file-damaged` */
export async function openKitRecord(dataDir: string): Promise<KitRecord> {
  const path = join(dataDir, 'kit.json');
  const text = await readFileIfThere(path);
  let kits = text === undefined ? [] : parseKits(text, path);
  const all = (fingerprint: string) => kits.filter((kit) => kit.fingerprint === fingerprint);
  return {
    all,
    savedFor: (fingerprint) => all(fingerprint).at(-1),
    async add(kit) {
      kits = [...kits, kit];
      await writeFileAtomically(path, `${JSON.stringify({ version: 1, kits }, undefined, 2)}\n`);
    },
  };
}

function parseKits(text: string, path: string): SavedKit[] {
  try {
    const { kits } = JSON.parse(text) as { kits: unknown };
    if (Array.isArray(kits) && kits.every(isSavedKit)) return kits;
  } catch (cause) {
    throw keyError('kit-file-damaged', { path, reason: 'it is not JSON' }, cause);
  }
  throw keyError('kit-file-damaged', { path, reason: 'it has no list of kits' });
}

function isSavedKit(value: unknown): value is SavedKit {
  if (typeof value !== 'object' || value === null) return false;
  const { savedAt, fingerprint, place } = value as Record<keyof SavedKit, unknown>;
  return typeof savedAt === 'string' && typeof fingerprint === 'string' && typeof place === 'string';
}
