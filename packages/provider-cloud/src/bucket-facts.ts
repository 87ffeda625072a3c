import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was found out by trying, as services that claim the same do differently. */
export interface BucketFacts {
  /** It refuses bytes that don't fit the digest that comes with them. */
  readonly comparesDigests: boolean;
  /** It refuses to replace an object where that was forbidden. Some take no notice, which looks the same until it is too late. */
  readonly heedsConditions: boolean;
  /** It keeps what was replaced or deleted. Absent if it doesn't say. */
  readonly keepsVersions?: boolean;
  /** Objects can be locked against deleting. Absent if it doesn't say. */
  readonly locksObjects?: boolean;
}

/** The facts of one location's bucket, in the provider's state folder. */
export interface FactStore {
  read(): Promise<BucketFacts | undefined>;
  write(facts: BucketFacts): Promise<void>;
}

export function factStore(stateFolder: string, locationId: string, place: string): FactStore {
  const folder = join(stateFolder, 'facts');
  const path = join(folder, `${encodeURIComponent(locationId)}.json`);
  let known: Promise<BucketFacts | undefined> | undefined;
  return {
    read: () => (known ??= readFacts(path, place)),
    async write(facts) {
      known = Promise.resolve(facts);
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify({ place, ...facts }), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

/** None where they were never found out, or are of another bucket: then nothing is taken for granted. */
async function readFacts(path: string, place: string): Promise<BucketFacts | undefined> {
  const text = await readFile(path, 'utf8').catch(() => 'null');
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof stored !== 'object' || stored === null || !('place' in stored) || stored.place !== place) return undefined;
  const is = (name: string): boolean | undefined => {
    const value: unknown = Reflect.get(stored, name);
    return typeof value === 'boolean' ? value : undefined;
  };
  const keepsVersions = is('keepsVersions');
  const locksObjects = is('locksObjects');
  return {
    comparesDigests: is('comparesDigests') === true,
    heedsConditions: is('heedsConditions') === true,
    ...(keepsVersions !== undefined && { keepsVersions }),
    ...(locksObjects !== undefined && { locksObjects }),
  };
}
