import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno, writeFileAtomically } from '../base/atomic-file.js';

export interface SavedKit {
  /** ISO 8601. */
  readonly savedAt: string;
  /** Of the key that it holds. */
  readonly fingerprint: string;
  /** The file; for one that somebody has and that was not written here, where it was shown from. */
  readonly place: string;
  /** When somebody showed that they have it, and how: by a part of the key that they `typed`, or by the `file`. */
  readonly proven?: { readonly at: string; readonly how: 'typed' | 'file' };
}

/** Whether emergency kits were ever saved, in `kit.json`. Knows no key. What another process notes is seen with the next call. */
export interface KitRecord {
  /** The latest kit of the key with this fingerprint. */
  savedFor(fingerprint: string): SavedKit | undefined;
  add(kit: SavedKit): Promise<void>;
}

/** A file that is damaged counts as none: all that is lost with it is a note, and a restore must not stumble over that. */
export async function openKitRecord(dataDir: string): Promise<KitRecord> {
  const path = join(dataDir, 'kit.json');
  const read = () => parseKits(textOf(path));
  read();
  return {
    savedFor: (fingerprint) => read().findLast((kit) => kit.fingerprint === fingerprint),
    async add(kit) {
      await writeFileAtomically(path, `${JSON.stringify({ version: 1, kits: [...read(), kit] }, undefined, 2)}\n`);
    },
  };
}

/** At once: it is small, and asked for where nothing can wait. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  }
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
  if (!isObject(value) || !['savedAt', 'fingerprint', 'place'].every((name) => typeof value[name] === 'string')) return false;
  const { proven } = value;
  return (
    proven === undefined || (isObject(proven) && typeof proven['at'] === 'string' && ['typed', 'file'].includes(String(proven['how'])))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
