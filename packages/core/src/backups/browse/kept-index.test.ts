import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { casesThat, passwordsOf, readFixture } from '../../archive/home-assistant.fixture.js';
import { type HostPlace, makeHostPlace } from '../../host-place.fixture.js';
import { stores } from '../../memory-provider.fixture.js';
import { createFileReader } from '../backups.js';
import type { Progress } from '../progress.js';
import type { ContentEntry } from '../restore/restore-result.js';

const fixtures = new URL('../../../../../fixtures/home-assistant/', import.meta.url);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const withoutDigest = ({ sha256: _, ...entry }: ContentEntry) => entry;
const byPath = (one: ContentEntry, other: ContentEntry) => (`${one.source}:${one.path}` < `${other.source}:${other.path}` ? -1 : 1);

describe.each(casesThat('ok'))('%s, which Home Assistant made', (name) => {
  const ref = { file: fileURLToPath(new URL(name, fixtures)) };
  const reader = createFileReader();
  const options = { passwords: passwordsOf(name) };

  test('is listed as reading it through tells, and every file is the same', async () => {
    const streamed = await all(reader.contents(ref, options));
    const listed = await all(reader.ls(ref, { ...options, recursive: true }));
    expect(listed.map(withoutDigest).sort(byPath)).toEqual([...streamed].sort(byPath));
    const file = listed.find(({ type, size }) => type === 'file' && size > 0);
    if (file === undefined) return;
    const content = Buffer.concat(await all(reader.cat(ref, `${file.source}:${file.path}`, options)));
    expect(content).toHaveLength(file.size);
  });

  test('does not differ from itself', async () => {
    expect(await all(reader.diff(ref, ref, options))).toEqual([]);
  });
});

describe('a backup without an index, at a location', () => {
  let place: HostPlace;
  let reads: Progress[];
  const key = 'Automatic backup.tar';
  const ref = { id: key };
  const options = { passwords: passwordsOf('full-v2.tar'), onProgress: (progress: Progress) => reads.push(progress) };
  beforeEach(async () => {
    place = await makeHostPlace();
    await place.addLocation('near');
    reads = [];
    // Opening makes the store.
    await place.create();
    stores.get('near')?.clear();
    stores.get('near')?.set(key, readFixture('full-v2.tar'));
  });
  afterEach(async () => {
    await place[Symbol.asyncDispose]();
  });
  const kept = () => readdirSync(join(place.dataDir, 'indexes'));

  test('is read through once, with progress, and then no more', async () => {
    const first = await all(place.host.backups.ls(ref, { ...options, recursive: true }));
    expect(reads.some(({ phase }) => phase === 'reading')).toBe(true);
    expect(kept()).toHaveLength(1);
    reads = [];
    expect(await all(place.host.backups.ls(ref, { ...options, recursive: true }))).toEqual(first);
    const file = first.find(({ type, size }) => type === 'file' && size > 0);
    expect(Buffer.concat(await all(place.host.backups.cat(ref, `${file?.source}:${file?.path}`, options)))).toHaveLength(file?.size ?? 0);
    expect(await all(place.host.backups.contents(ref, options))).toHaveLength(first.length);
    expect(reads).toEqual([]);
    expect(kept()).toHaveLength(1);
  });

  test('is read through again when it was replaced', async () => {
    await all(place.host.backups.ls(ref, options));
    const other = readFixture('full-v2.tar');
    const at = other.indexOf('SecureTar') + 40;
    other.writeUInt8((other[at] ?? 0) ^ 1, at);
    stores.get('near')?.set(key, other);
    await expect(all(place.host.backups.ls(ref, options))).rejects.toMatchObject({
      code: expect.stringMatching(/corrupt|wrong-key/) as string,
    });
  });

  test('a kept index is of no use without a key, nor when it is damaged', async () => {
    await all(place.host.backups.ls(ref, options));
    await expect(all(place.host.backups.ls(ref, { passwords: ['wrong'] }))).rejects.toMatchObject({ code: 'wrong-key' });
    const file = join(place.dataDir, 'indexes', kept()[0] ?? '');
    for (const cut of [(bytes: Buffer) => bytes.subarray(0, 300), (bytes: Buffer) => bytes.subarray(0, -20)]) {
      writeFileSync(file, cut(readFileSync(file)));
      reads = [];
      expect(await all(place.host.backups.ls(ref, options))).not.toEqual([]);
      expect(reads.some(({ phase }) => phase === 'reading')).toBe(true);
    }
  });
});
