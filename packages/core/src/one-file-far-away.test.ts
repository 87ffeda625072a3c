import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { stores } from './memory-provider.fixture.js';
import type { GetOptions } from './provider-api/index.js';

const mebibyte = 1024 * 1024;
const wanted = 'media/folder-7/photo-100k';

let place: HostPlace;
beforeAll(async () => {
  place = await makeHostPlace();
  await place.addLocation('far');
  for (let folder = 0; folder < 16; folder += 1) {
    const path = join(place.source, 'media', `folder-${folder}`);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'film'), randomBytes(mebibyte + 77));
    writeFileSync(join(path, 'log'), `${folder} ${'all that is logged, '.repeat(50_000)}`);
    writeFileSync(join(path, 'photo-100k'), randomBytes(100 * 1024));
    for (let note = 0; note < 200; note += 1) writeFileSync(join(path, `note ${note} ${'x'.repeat(60)}`), `note ${note}`);
  }
}, 60_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await place[Symbol.asyncDispose]();
});

/** Counts what the location gives out, by the kind of object. */
async function counting(): Promise<{ moved: Map<string, number>; requests: () => number }> {
  const moved = new Map<string, number>();
  let requests = 0;
  const { locations } = place.host;
  const open = locations.open.bind(locations);
  vi.spyOn(locations, 'open').mockImplementation(async (id) => {
    const location = await open(id);
    return {
      ...location,
      async get(key: string, options: GetOptions) {
        requests += 1;
        const kind = key.replace(/^.*\.tar/, 'tar');
        const count = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            moved.set(kind, (moved.get(kind) ?? 0) + chunk.length);
            controller.enqueue(chunk);
          },
        });
        return (await location.get(key, options)).pipeThrough(count);
      },
    };
  });
  return { moved, requests: () => requests };
}

// What is moved does not depend on the size of the backup: the sidecar (44 bytes for each MiB), the index's root page and one page of
// entries, and the one or two MiB that the file's blocks lie in, without which the seal can't vouch for them.
test.each(['v2', 'v3'] as const)(
  '100 KiB out of a large backup (%s) move at most 3 MiB',
  async (format) => {
    vi.restoreAllMocks();
    const { backup } = await place.create({ encryption: format });
    const { moved } = await counting();
    const parts: Uint8Array[] = [];
    for await (const part of place.host.backups.cat({ id: backup.id }, wanted)) parts.push(part);
    expect(Buffer.concat(parts).equals(readFileSync(join(place.source, wanted)))).toBe(true);
    const size = stores.get('far')?.get(backup.locations[0]?.key ?? '')?.length ?? 0;
    expect(size).toBeGreaterThan(16 * mebibyte);
    const total = [...moved.values()].reduce((sum, bytes) => sum + bytes, 0);
    expect(total, JSON.stringify([...moved])).toBeLessThanOrEqual(3 * mebibyte);
    expect(moved.get('tar') ?? 0).toBeLessThanOrEqual(2 * mebibyte);
    expect(moved.get('tar.holdfast.index') ?? 0).toBeLessThanOrEqual(256 * 1024);

    moved.clear();
    await place.host.backups.restore({ backup: { id: backup.id }, to: join(place.folder, format), paths: [wanted] });
    expect(readFileSync(join(place.folder, format, 'docs', wanted)).equals(Buffer.concat(parts))).toBe(true);
    expect([...moved.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(3 * mebibyte);

    moved.clear();
    for await (const _ of place.host.backups.ls({ id: backup.id }, { path: 'media' }));
    expect(moved.get('tar') ?? 0).toBe(0);
  },
  60_000,
);
