import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../base/atomic-file.js';

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
  add(kit: SavedKit): Promise<void>;
}

/** A file that is damaged counts as none: all that is lost with it is a note, and a restore must not stumble over that. */
export async function openKitRecord(dataDir: string): Promise<KitRecord> {
  const path = join(dataDir, 'kit.json');
  let kits = parseKits((await readFileIfThere(path)) ?? '');
  return {
    savedFor: (fingerprint) => kits.findLast((kit) => kit.fingerprint === fingerprint),
    async add(kit) {
      kits = [...kits, kit];
      await writeFileAtomically(path, `${JSON.stringify({ version: 1, kits }, undefined, 2)}\n`);
    },
  };
}

function parseKits(text: string): SavedKit[] {
  try {
    const file: unknown = JSON.parse(text);
    const kits: unknown = isObject(file) ? file['kits'] : undefined;
    return Array.isArray(kits) ? kits.filter(isSavedKit) : [];
  } catch {
    return [];
  }
}

function isSavedKit(value: unknown): value is SavedKit {
  return isObject(value) && ['savedAt', 'fingerprint', 'place'].every((name) => typeof value[name] === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
