import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type DatedHost, day, makeDatedHost } from './dated-host.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';
import { ProviderError } from './provider-api/index.js';

let place: DatedHost;
let scratch: string;
const at = 'place';

beforeEach(async () => {
  stores.clear();
  place = await makeDatedHost();
  await place.host.locations.add({ provider: 'memory', title: at, config: { name: at } });
  // What doesn't shrink: nine blocks and a bit, of which the upload's sample reads eight.
  writeFileSync(join(place.source, 'film'), randomBytes(9_500_000));
  // Drills have it to themselves.
  scratch = mkdtempSync(join(tmpdir(), 'scratch-'));
  vi.stubEnv('TMPDIR', scratch);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
  await place[Symbol.asyncDispose]();
});

const issues = async () => (await place.host.issues.list()).map(({ code, about }) => [code, about]);
const copy = async () => (await place.host.backups.list()).backups[0]?.locations[0];
const howVerified = async () => (await copy())?.lastVerified?.how;

describe('reading back', () => {
  test('reads the blocks in turn, so that after enough shares all were read, and damage anywhere is found once and cured by reading all', async () => {
    const id = await place.backUp(at);
    expect(await howVerified()).toBe('sample');
    const size = stores.get(at)?.get((await copy())?.key ?? '')?.length;
    let bytes = 0;
    for (let run = 0; run < 4; run += 1) {
      const { checked, ...report } = await place.host.verification.run({ share: 0.25 });
      expect(checked).toMatchObject([{ id, state: 'ok' }]);
      bytes += report.bytes;
    }
    // Ten blocks in threes: the first two come a second time.
    expect(bytes).toBe((size ?? 0) + 2 * 1024 * 1024);
    place.damage(at, id);
    const found = [];
    for (let run = 0; run < 4; run += 1) found.push((await place.host.verification.run({ share: 0.25 })).failed);
    expect(found).toContain(1);
    expect(await issues()).toEqual([['verification-failed', id]]);
    expect(await copy()).toMatchObject({ foundWrong: 'bytes-changed' });
    place.damage(at, id);
    expect(await place.host.verification.run({ share: 0.1 })).toMatchObject({ failed: 0, bytes: size });
    expect(await issues()).toEqual([]);
    expect(await howVerified()).toBe('whole');
  });

  test('what can not be read now is no damage; what is cut or gone is, and what was deleted is forgotten', async () => {
    const id = await place.backUp(at);
    const onGet = (key: string) => {
      if (key.endsWith('.tar')) throw new ProviderError('unavailable', 'It hangs.');
    };
    misbehaviours.set(at, { onGet });
    expect(await place.host.verification.run()).toMatchObject({ failed: 0, unreachable: 1 });
    misbehaviours.clear();
    expect(await issues()).toEqual([]);
    const objects = stores.get(at) ?? new Map<string, Buffer>();
    const key = (await copy())?.key ?? '';
    objects.set(key, (objects.get(key) ?? Buffer.alloc(0)).subarray(0, 3_000_000));
    expect((await place.host.verification.run()).checked).toMatchObject([{ state: 'failed', error: { code: 'truncated' } }]);
    for (const name of [key, `${key}.holdfast.json`]) objects.delete(name);
    expect((await place.host.verification.run()).checked).toMatchObject([{ state: 'failed', error: { code: 'backup-missing' } }]);
    expect(await issues()).toEqual([['verification-failed', id]]);
    await place.host.backups.delete(id);
    expect(await place.host.verification.run()).toMatchObject({ copies: 0, failed: 0 });
    expect(await issues()).toEqual([]);
  });

  test('needs no key: a host that has none of a backup compares it with its seal', async () => {
    await place.backUp(at);
    const other = await makeDatedHost();
    await other.host.locations.add({ provider: 'memory', title: at, config: { name: at } });
    expect(await other.host.verification.run({ all: true })).toMatchObject({ copies: 1, failed: 0 });
    await other[Symbol.asyncDispose]();
  });

  test('is due once a week unless it is set otherwise, whatever the clock did before', async () => {
    const { verification, settings } = place.host;
    expect(await verification.due()).toBe(true);
    await verification.run();
    expect(await verification.due(new Date(place.now + 7 * day - 1))).toBe(false);
    expect(await verification.due(new Date(place.now + 7 * day))).toBe(true);
    await settings.set({ verification: { everyDays: 2, percent: 50 } });
    expect(await verification.status()).toMatchObject({ everyDays: 2, share: 0.5, next: new Date(place.now + 2 * day).toISOString() });
    await settings.set({ verification: { everyDays: 0 } });
    expect(await verification.due(new Date(place.now + 100 * day))).toBe(false);
    await settings.set({ verification: undefined });
    place.now -= 300 * day;
    expect(await verification.due()).toBe(true);
  });
});

describe('verifying a backup', () => {
  test('is noted beside its copy, and damage as an issue until it is found whole again', async () => {
    const id = await place.backUp(at);
    await place.host.backups.verify({ id });
    expect(await howVerified()).toBe('whole');
    place.damage(at, id);
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'bytes-changed' });
    expect(await issues()).toEqual([['verification-failed', id]]);
    place.damage(at, id);
    await place.host.backups.verify({ id });
    expect(await issues()).toEqual([]);
  });

  test('damaged notes are begun anew, and hide no backup', async () => {
    const id = await place.backUp(at);
    for (const name of ['verified-log.json', 'pins.json']) writeFileSync(join(place.dataDir, name), 'no JSON');
    expect((await place.host.backups.list()).backups).toMatchObject([{ id, pinned: false }]);
    await place.host.backups.verify({ id });
    expect(await howVerified()).toBe('whole');
    // Nobody knows what may be deleted.
    expect(await place.host.retention.run()).toMatchObject({ locations: [], unavailable: [{ error: { code: 'config-damaged' } }] });
  });
});

describe('a restore drill', () => {
  const names = ['a', 'b*', '-c d', 'é', '[x]', 'long'.repeat(40)];
  beforeEach(() => {
    for (const [index, name] of names.entries()) writeFileSync(join(place.source, name), `${name} ${index}`);
  });

  test('restores files by lot, the same for the same seed, leaves nothing behind, and is noted', async () => {
    const id = await place.backUp(at);
    const drill = (seed: string) => place.host.verification.drill({ files: 4, seed });
    const first = await drill('one');
    expect(first).toMatchObject({ id, ok: true, of: names.length + 2, files: Array.from({ length: 4 }, () => ({ state: 'same' })) });
    const paths = ({ files }: typeof first) => files.map(({ path }) => path);
    expect(paths(await drill('one'))).toEqual(paths(first));
    const drawn = new Set(paths(first));
    for (const seed of ['two', 'three', 'four', 'five', 'six', 'seven', 'eight'])
      for (const path of paths(await drill(seed))) drawn.add(path);
    expect(drawn.size).toBe(names.length + 2);
    expect(readdirSync(scratch)).toEqual([]);
    expect(await howVerified()).toBe('drill');
  });

  test('finds a file that does not come back as it was, while the others do, and says so until the copy is found whole', async () => {
    const id = await place.backUp(at);
    // In the middle of the film; the small files lie before and behind it.
    place.damage(at, id);
    const { ok, files } = await place.host.verification.drill({ files: 100 });
    expect(ok).toBe(false);
    expect(files.filter(({ state }) => state === 'differs')).toMatchObject([{ path: 'film', error: { code: 'bytes-changed' } }]);
    expect(files.filter(({ state }) => state === 'same').length).toBeGreaterThan(0);
    const [issue] = await place.host.issues.list();
    expect(issue).toMatchObject({ code: 'verification-failed', about: id });
    expect(issue?.message).not.toContain('film');
    place.damage(at, id);
    expect(await place.host.verification.drill({ files: 100 })).toMatchObject({ ok: true });
    expect(await issues()).toHaveLength(1);
    await place.host.verification.run();
    expect(await issues()).toEqual([]);
  });

  test('says what it needs where no key of this host opens anything', async () => {
    await expect(place.host.verification.drill()).rejects.toMatchObject({ code: 'nothing-to-drill' });
  });
});
