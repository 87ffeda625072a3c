import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOfBackupKey } from '../backups/backup-name.js';
import type { JobRun } from '../backups/jobs/job-run.js';
import { createHost, initialiseDataDir } from '../host.js';
import type { Host } from '../host/host.js';
import { provide, serviceTokens } from '../host/service-tokens.js';
import { type FaultyPlace, faultyProvider, placeNamed } from './faulty-place.fixture.js';
import { keptByPromise, type ModelCopy, rules, timeZone } from './kept-model.fixture.js';

/** A host that is started for each of its turns, with a job for three places, and what the model knows of it. */
export interface SimulatedHost {
  readonly name: string;
  readonly places: ReadonlyMap<string, FaultyPlace>;
  /** By how much its clock is wrong, milliseconds. */
  clockError: number;
  /** What it was seen to put at each place, and should still be there. */
  readonly known: Map<string, readonly ModelCopy[]>;
  /** Runs by schedule that made a backup. */
  scheduled: number;
  with<T>(act: (host: Host) => Promise<T>): Promise<T>;
}

export async function makeHost(folder: string, name: string, placeNames: readonly string[], time: () => number): Promise<SimulatedHost> {
  const dataDir = join(folder, name, 'data');
  const source = join(folder, name, 'source');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'diary.txt'), `What ${name} has to keep.`.repeat(40));
  await initialiseDataDir(dataDir, { instanceName: name });
  const simulated: SimulatedHost = {
    name,
    places: new Map(placeNames.map((place) => [place, placeNamed(place)])),
    clockError: 0,
    known: new Map(),
    scheduled: 0,
    async with(act) {
      const clock = { now: () => new Date(time() + simulated.clockError) };
      await using host = await createHost({
        dataDir,
        providers: { inline: [faultyProvider] },
        services: [provide(serviceTokens.clock, clock)],
      });
      return await act(host);
    },
  };
  await simulated.with(async (host) => {
    for (const place of placeNames) await host.locations.add({ provider: 'faulty', title: place, config: { name: place } });
    await host.jobs.add({ sources: [{ name: 'diary', path: source }], schedule: { every: 'day', timeZone }, retention: rules });
  });
  return simulated;
}

/**
 * One turn: what is due runs, what is pending is tried again, and what no rule keeps goes. Returns in what the promise was broken. `stopAfter`: the run is stopped
 * after so many calls to the places.
 */
export async function takeTurn(simulated: SimulatedHost, stopAfter: number | undefined): Promise<string[]> {
  return simulated.with(async (host) => {
    const [job] = host.jobs.list();
    if (job === undefined) throw new Error('There is no job.');
    const foreign = foreignKeys(simulated, host.instance.id);
    const reported: JobRun[] = [];
    const { due } = await host.jobs.plan(job.id);
    if (due !== undefined) {
      const signal = stoppedAfter(simulated, stopAfter);
      const run = await host.jobs.run(job.id, { trigger: 'schedule', signal });
      reported.push(run);
      if (run.backups.length > 0) simulated.scheduled += 1;
    }
    for (const run of await host.jobs.runs()) {
      if (run.locations.some(({ state }) => state === 'pending')) reported.push(await host.jobs.retry(run.id));
    }
    const { at } = await host.retention.run();
    const broken = [...simulated.places.keys()].flatMap((place) => compare(simulated, place, host.instance.id, reported, Date.parse(at)));
    const lost = [...foreign].filter((key) => !foreignKeys(simulated, host.instance.id).has(key));
    return [...broken, ...lost.map((key) => `deleted, though another made it: ${key}`)].map((what) => `${simulated.name}: ${what}`);
  });
}

function stoppedAfter({ places }: SimulatedHost, calls: number | undefined): AbortSignal {
  const stop = new AbortController();
  let left = calls ?? Number.POSITIVE_INFINITY;
  for (const place of places.values()) {
    place.onCall = () => {
      left -= 1;
      if (left === 0) stop.abort();
    };
  }
  return stop.signal;
}

/** Compares what lies at a place with what the promise says, and takes over what is there. */
function compare(simulated: SimulatedHost, title: string, instance: string, reported: readonly JobRun[], now: number): string[] {
  const place = placeNamed(title);
  const there = copiesAt(place).filter((copy) => copy.instance === instance && copy.automatic);
  const broken = there.filter(({ isWhole }) => !isWhole).map(({ id }) => `${id} at ${title} is shown and not whole`);
  const candidates = new Map([...(simulated.known.get(title) ?? []), ...there].map((copy) => [copy.id, copy]));
  for (const { locations } of reported) {
    const { backup } = locations.find((location) => location.title === title && location.state === 'stored') ?? {};
    if (backup === undefined || candidates.has(backup)) continue;
    const elsewhere = [...simulated.places.values()].flatMap(copiesAt).find(({ id }) => id === backup);
    if (elsewhere === undefined) broken.push(`${backup} was stored at ${title}, and is nowhere`);
    else candidates.set(backup, elsewhere);
  }
  const expected = keptByPromise([...candidates.values()], now);
  const ids = new Set(there.map(({ id }) => id));
  broken.push(...[...expected].filter((id) => !ids.has(id)).map((id) => `${id} at ${title} is lost`));
  const hadItsWay = place.trouble === undefined || place.trouble === 'slow';
  if (hadItsWay) broken.push(...[...ids].filter((id) => !expected.has(id)).map((id) => `${id} at ${title} should be gone`));
  simulated.known.set(title, there);
  return broken;
}

interface StoredCopy extends ModelCopy {
  readonly instance: string;
  readonly automatic: boolean;
  readonly isWhole: boolean;
}

/** What is shown at a place: what has a sidecar. */
function copiesAt({ objects }: FaultyPlace): StoredCopy[] {
  return [...objects].flatMap(([sidecar, bytes]) => {
    const key = /^(.*\.tar)\.holdfast\.json$/.exec(sidecar)?.[1];
    const id = idOfBackupKey(key ?? '');
    if (key === undefined || id === undefined) return [];
    const text = bytes.toString();
    const { instance, file, seal } = JSON.parse(text) as { instance: { id: string }; file: { size: number }; seal: { sequence: number } };
    const isWhole = objects.get(key)?.length === file.size && objects.has(`${key}.holdfast.index`);
    return [{ id, clock: clockOf(key), order: seal.sequence, instance: instance.id, automatic: text.includes('holdfast.job'), isWhole }];
  });
}

function clockOf(key: string): number {
  const [, date = '', hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z/.exec(key) ?? [];
  return Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${hours}:${minutes}:${seconds}Z`);
}

/** What is no business of this host's retention: what others made, or somebody by hand. */
function foreignKeys({ places }: SimulatedHost, instance: string): ReadonlySet<string> {
  return new Set(
    [...places].flatMap(([title, place]) =>
      copiesAt(place)
        .filter((copy) => copy.instance !== instance || !copy.automatic)
        .map(({ id }) => `${id} at ${title}`),
    ),
  );
}
