import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RetentionReport } from './backups/retention/retention.js';
import type { RetentionRules } from './backups/retention/rules.js';
import { type DatedHost, day, makeDatedHost } from './dated-host.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';
import { ProviderError } from './provider-api/index.js';
import { type History, histories, leftBy, type PooledBackup } from './retention-history.fixture.js';

let place: DatedHost;
/** All backups that a test may find at the location, made once. */
let pool: { readonly objects: ReadonlyMap<string, Buffer>; readonly backups: readonly PooledBackup[] };
let photos = '';
let docs = '';
let start = 0;
const at = 'place';
const foreign = 'Automatic_backup_2026.8.tar';

beforeAll(async () => {
  stores.clear();
  const other = await makeDatedHost();
  place = await makeDatedHost();
  const { host } = place;
  start = place.now;
  for (const { locations } of [other.host, host]) await locations.add({ provider: 'memory', title: at, config: { name: at } });
  const sources = [{ name: 'docs', path: place.source }];
  for (const title of ['photos', 'docs']) await host.jobs.add({ title, sources, schedule: { every: 'day' } });
  [photos, docs] = [host.jobs.get('photos').id, host.jobs.get('docs').id];
  const backups: PooledBackup[] = [];
  for (const [age, job, from] of [
    [40, photos, place],
    [39, undefined, place],
    [30, photos, place],
    [20, docs, place],
    [10, 'feedbeef', place],
    [9, photos, other],
    [8, docs, place],
    [5, photos, place],
    [3, photos, place],
    [2, undefined, place],
    [1, docs, place],
    [0, photos, place],
  ] as const) {
    from.now = start - age * day;
    const id = await from.backUp(at, job);
    const kept = from === other || (job !== photos && job !== docs);
    backups.push({ id, age, job: kept ? undefined : job });
  }
  place.now = start;
  await other[Symbol.asyncDispose]();
  stores.get(at)?.set(foreign, Buffer.from('not looked into'));
  pool = { objects: new Map(stores.get(at)), backups };
}, 120_000);

afterAll(() => place[Symbol.asyncDispose]());
afterEach(() => misbehaviours.clear());

/** As if just these had ever been made. */
function put(ids: ReadonlySet<string>): void {
  const objects = stores.get(at);
  objects?.clear();
  for (const [key, bytes] of pool.objects) {
    const id = /-([0-9a-f]{8})\.tar/.exec(key)?.[1];
    if (id === undefined || ids.has(id)) objects?.set(key, Buffer.from(bytes));
  }
  for (const name of ['pins.json', 'verified-log.json', 'retention-log.jsonl', 'seal-log.json', 'issues.json'])
    rmSync(join(place.dataDir, name), { force: true });
}

async function setRules(rules: RetentionRules): Promise<void> {
  for (const job of [photos, docs]) await place.host.jobs.change(job, { retention: rules });
}

const decisions = ({ locations }: RetentionReport) => locations.flatMap(({ copies }) => copies);
const inState = (report: RetentionReport, state: string) =>
  decisions(report)
    .filter((copy) => copy.state === state)
    .map(({ id }) => id);
const of = (job: string) => pool.backups.filter((backup) => backup.job === job).map(({ id }) => id);
const all = () => new Set(pool.backups.map(({ id }) => id));

async function live({ there, pinned, damaged, verified, rules }: History): Promise<void> {
  const present = pool.backups.filter((_, index) => there[index] === true);
  put(new Set(present.map(({ id }) => id)));
  await setRules(rules);
  for (const { id } of present) if (pinned[pool.backups.findIndex((one) => one.id === id)] === true) await place.host.backups.pin(id);
  if (!verified) return;
  for (const { id } of present) if (damaged[pool.backups.findIndex((one) => one.id === id)] === true) place.damage(at, id);
  await place.host.verification.run({ all: true });
}

test('what is left is what the rules say, whatever lies there and wherever the process dies; and what is not its own stays', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      await live(history);
      const plan = await place.host.retention.plan();
      const report = await place.host.retention.run();
      expect(place.idsAt(at)).toEqual(leftBy(history, pool.backups));
      expect(inState(report, 'deleted')).toEqual(inState(plan, 'to-delete'));
      expect(stores.get(at)?.has(foreign)).toBe(true);
      expect(inState(await place.host.retention.plan(), 'to-delete')).toEqual([]);
      // The same once more, and it dies on the way.
      await live(history);
      let changes = 0;
      const onChange = () => {
        changes += 1;
        if (changes === history.dies) misbehaviours.set(at, { away: true });
      };
      misbehaviours.set(at, { onChange });
      await place.host.retention.run();
      misbehaviours.clear();
      await place.host.retention.run();
      expect(place.idsAt(at)).toEqual(leftBy(history, pool.backups));
      expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
      const tars = [...(stores.get(at)?.keys() ?? [])].filter((key) => key.endsWith('.tar') && key !== foreign);
      expect(tars).toHaveLength(leftBy(history, pool.backups).length);
    }),
    { numRuns: 12 },
  );
});

describe('nothing goes before what takes its place is known to be whole', () => {
  test('what is found damaged then takes no place, and is told', async () => {
    put(all());
    await setRules({ copies: 1 });
    const newest = of(photos).at(-1) ?? '';
    place.damage(at, newest);
    const report = await place.host.retention.run();
    expect(place.idsAt(at).filter((id) => of(photos).includes(id))).toEqual(of(photos).slice(-2));
    expect(inState(report, 'deleted')).not.toContain(of(photos).at(-2));
    expect(await place.host.issues.list()).toMatchObject([{ code: 'verification-failed', about: newest }]);
    place.damage(at, newest);
    await place.host.verification.run({ all: true });
    expect(await place.host.issues.list()).toEqual([]);
    await place.host.retention.run();
    expect(place.idsAt(at).filter((id) => of(photos).includes(id))).toEqual([newest]);
  });

  test('what can not be read now leaves all as it is', async () => {
    put(all());
    await setRules({ copies: 1 });
    const onGet = (key: string) => {
      if (key.endsWith('.tar')) throw new ProviderError('unavailable', 'It hangs.');
    };
    misbehaviours.set(at, { onGet });
    const report = await place.host.retention.run();
    expect(new Set(place.idsAt(at))).toEqual(all());
    const waiting = decisions(report).filter(({ state }) => state === 'to-delete');
    expect(waiting.map(({ error }) => error?.code)).toEqual(waiting.map(() => 'replacement-not-proven'));
    expect(waiting).toHaveLength(of(photos).length + of(docs).length - 2);
  });

  test('a location that is away is told, and the others are looked after', async () => {
    put(all());
    await setRules({ copies: 1 });
    misbehaviours.set(at, { away: true });
    const { locations, unavailable } = await place.host.retention.run();
    expect({ locations, unavailable }).toMatchObject({
      locations: [],
      unavailable: [{ location: at, error: { code: 'location-failed' } }],
    });
    misbehaviours.clear();
    expect(new Set(place.idsAt(at))).toEqual(all());
  });
});

test("each copy has its reason, also those that are nobody's business, and what was deleted is logged with it", async () => {
  put(all());
  await setRules({ copies: 2 });
  const report = await place.host.retention.run({ job: 'photos' });
  const reasons = new Map(
    decisions(report).map(({ id, key, keptBy, leftOutBy }) => [
      id === foreign ? key : id,
      [...keptBy, ...leftOutBy].map(({ rule }) => rule),
    ]),
  );
  const ruleOf = (age: number) => reasons.get(pool.backups.find((backup) => backup.age === age)?.id ?? '');
  expect([40, 39, 20, 10, 9, 3, 0].map(ruleOf)).toEqual([
    ['copies'],
    ['by-hand'],
    ['other-job'],
    ['job-removed'],
    ['other-instance'],
    ['copies'],
    ['copies', 'last-good'],
  ]);
  expect(reasons.get(foreign)).toEqual(['foreign']);
  const log = await place.host.retention.log();
  expect(log.map(({ id, leftOutBy }) => [id, leftOutBy])).toEqual(
    of(photos)
      .slice(0, 3)
      .map((id, index) => [id, [{ rule: 'copies', number: 5 - index }]])
      .reverse(),
  );
});

test('a clock that was years ahead, or lost its time, has no say about what is newest', async () => {
  const name = 'clocks';
  await place.host.locations.add({ provider: 'memory', title: name, config: { name } });
  const made: string[] = [];
  for (const days of [-3, 900, -2, -1, -20_000]) {
    place.now = start + days * day;
    made.push(await place.backUp(name, photos));
  }
  place.now = start;
  await setRules({ copies: 2 });
  await place.host.retention.run({ locations: [name] });
  // The last two by their dates, and the one that was made last.
  expect(new Set(place.idsAt(name))).toEqual(new Set(made.slice(2)));
});

test('a location that keeps only so many does so by the same rules: a pinned one stays beside them, and what goes is logged', async () => {
  const name = 'vault';
  await place.host.locations.add({ provider: 'limited-memory', title: name, config: { name, kept: 1 } });
  place.now = start + day;
  const first = await place.backUp(name);
  await place.host.backups.pin(first);
  const second = await place.backUp(name);
  const third = await place.backUp(name, docs);
  expect(new Set(place.idsAt(name))).toEqual(new Set([first, third]));
  expect((await place.host.retention.log({ limit: 1 }))[0]).toMatchObject({ id: second, leftOutBy: [{ rule: 'limit', number: 2 }] });
  await place.host.backups.unpin(first);
  await place.host.retention.run({ locations: [name] });
  expect(place.idsAt(name)).toEqual([third]);
});

test('years ahead, the schedule and the rules are played by the calendar', async () => {
  put(all());
  place.now = start;
  await setRules({ daily: 7, weekly: 4, monthly: 12, yearly: 5 });
  const { locations } = await place.host.retention.plan({ job: 'docs', locations: [at], years: 4 });
  const [simulation] = locations[0]?.simulations ?? [];
  expect(simulation?.runs).toBe(4 * 365 + 1);
  expect(simulation?.years).toHaveLength(4);
  const ruled = (rule: string) => simulation?.kept.filter(({ keptBy }) => keptBy.some((reason) => reason.rule === rule)).length;
  expect(['daily', 'weekly', 'monthly', 'yearly'].map(ruled)).toEqual([7, 4, 12, 5]);
  expect((simulation?.kept.length ?? 0) + (simulation?.deleted.length ?? 0)).toBe((simulation?.runs ?? 0) + of(docs).length);
});
