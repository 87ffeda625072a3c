import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { places, type Trouble } from './faulty-place.fixture.js';
import { type Random, randomFrom } from './random.fixture.js';
import { makeHost, type SimulatedHost, takeTurn } from './simulated-host.fixture.js';

const hour = 3_600_000;
const day = 24 * hour;
const troubles: readonly [Trouble, ...Trouble[]] = ['away', 'full', 'cut', 'lost-answer', 'no-list', 'stale-list', 'no-delete', 'slow'];
/** HOLDFAST_SEEDS=1,2,3 tries others, HOLDFAST_SEEDS=1-500 many. */
const seeds = seedsIn(process.env['HOLDFAST_SEEDS'] ?? '1-2');

/** Summer time ends in the first of these fortnights, and begins in the second. */
const starts = ['2026-10-18T09:00:00Z', '2027-03-20T09:00:00Z'];

test.each(seeds)(
  'fourteen days with two hosts, five places, faults, restarts and clocks that jump: what is kept is what was promised (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'fourteen-days-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
      places.clear();
    });
    let now = Date.parse(starts[seed % starts.length] ?? '');
    const end = now + 14 * day;
    const hosts = await Promise.all([
      makeHost(folder, 'one', ['shared', 'one-disk', 'one-share'], () => now),
      makeHost(folder, 'two', ['shared', 'two-disk', 'two-share'], () => now),
    ]);
    const broken: string[] = [];
    const turn = async (host: SimulatedHost, stopAfter?: number) => {
      const found = await takeTurn(host, stopAfter);
      broken.push(...found.map((what) => `day ${14 - Math.ceil((end - now) / day)}: ${what}`));
    };
    while (now < end - 2 * day) {
      now += random.whole(8 * hour) + 2 * hour;
      for (const place of places.values()) {
        place.trouble = random.chance(0.35) ? random.pick(troubles) : undefined;
        if (place.trouble === 'stale-list' || random.chance(0.5)) continue;
        place.fresh.clear();
      }
      const host = random.pick([hosts[0], hosts[1]]);
      host.clockError = nextError(host.clockError, random);
      await turn(host, random.chance(0.1) ? random.whole(25) + 1 : undefined);
    }
    // Two days without any trouble: all is as if there had been none.
    for (const place of places.values()) place.trouble = undefined;
    for (const host of hosts) host.clockError = 0;
    for (; now < end; now += 8 * hour) for (const host of hosts) await turn(host);
    expect(broken).toEqual([]);
    for (const host of hosts) await expectAllWhole(host);
    expect(leftAt([...places.keys()])).toEqual([]);
  },
);

/** Clocks are set: by an hour, two days ahead, and right again. */
function nextError(error: number, random: Random): number {
  if (error !== 0 && random.chance(0.5)) return 0;
  return random.chance(0.08) ? random.pick([-hour, hour, 2 * day]) : error;
}

async function expectAllWhole(simulated: SimulatedHost): Promise<void> {
  await simulated.with(async (host) => {
    const { backups, alarms, unreadable, unavailable } = await host.backups.list();
    expect({ alarms, unreadable, unavailable }).toEqual({ alarms: [], unreadable: [], unavailable: [] });
    const own = backups.filter(({ instanceId }) => instanceId === host.instance.id);
    for (const { id, locations } of own) for (const { title } of locations) await host.backups.verify({ id }, { location: title });
    // The latest is everywhere, and there was one each day but for those on which nothing worked.
    expect(own[0]?.locations).toHaveLength(simulated.places.size);
    expect(simulated.scheduled).toBeGreaterThanOrEqual(8);
    expect(simulated.scheduled).toBeLessThanOrEqual(18);
  });
}

/** Objects without the backup that they belong to. */
function leftAt(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const keys = [...(places.get(name)?.objects.keys() ?? [])];
    const shown = keys.filter((key) => key.endsWith('.holdfast.json')).map((key) => key.slice(0, -'.holdfast.json'.length));
    return keys.filter((key) => !shown.some((backup) => key.startsWith(backup))).map((key) => `${key} at ${name}`);
  });
}

function seedsIn(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from = 1, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
