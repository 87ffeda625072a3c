import { statfs } from 'node:fs/promises';
import { type Disk, kitIssues, type WatchedKey, type WatchedLocation, type WatchedState } from '../backups/issues/issues-from-state.js';
import { checkClock } from '../backups/jobs/check-clock.js';
import { storedJobs } from '../backups/jobs/stored-jobs.js';
import { pathsIn } from '../config/path-grants.js';
import { ownTokens } from './own-tokens.js';
import type { WatchedParts } from './raising-issues.js';
import { type GetService, serviceTokens } from './service-tokens.js';

const withinMilliseconds = 5_000;

/** What a host's issues can be told from without asking anybody but its own disks. */
export async function gatherState(get: GetService, dataDir: string, now: Date): Promise<Omit<WatchedState, 'clockEvidence'>> {
  const configFile = get(ownTokens.configFile);
  // Another process may have changed it.
  await configFile.refresh();
  const jobs = storedJobs(configFile);
  const runs = await get(ownTokens.runLog).runs();
  const locations = watchedLocations(get);
  return {
    now,
    jobs: jobs.map((job) => ({ job, seed: `${configFile.instance.id} ${job.id}`, runs: runs.filter((run) => run.job === job.id) })),
    locations,
    disks: await gatherDisks(get, dataDir),
    key: await gatherKey(get, jobs.length > 0),
  };
}

/** What is looked up when a run has ended or a key has changed. */
export async function watchedParts(get: GetService): Promise<WatchedParts> {
  const configFile = get(ownTokens.configFile);
  const jobs = storedJobs(configFile);
  return {
    jobs,
    runs: (job) => get(ownTokens.runLog).runs({ job, limit: 20 }),
    kitIssues: async () => kitIssues(await gatherKey(get, jobs.length > 0)),
  };
}

/** The current key and its kit; `undefined` if there is none. `inUse`: jobs rely on it. */
export async function gatherKey(get: GetService, inUse: boolean): Promise<WatchedKey | undefined> {
  const [keys, record] = [get(serviceTokens.keys), get(serviceTokens.kitRecord)];
  const current = keys.current();
  if (current === undefined) return undefined;
  const earlier = keys.all().filter(({ fingerprint }) => fingerprint !== current.fingerprint);
  const savedBefore = earlier.flatMap(({ fingerprint }) => record.savedFor(fingerprint) ?? []);
  return {
    since: current.since,
    saved: record.savedFor(current.fingerprint),
    savedBefore: savedBefore.toSorted((a, b) => Date.parse(b.savedAt) - Date.parse(a.savedAt))[0],
    inUse: inUse || (await get(serviceTokens.sealLog).all()).length > 0,
  };
}

/** What the backups that were made say of the clock. */
export async function evidenceOfBackups(get: GetService): Promise<string | undefined> {
  const { wrong, behind } = await checkClock({ clock: get(serviceTokens.clock), sealLog: get(serviceTokens.sealLog) });
  if (wrong !== undefined) return 'that can not be';
  const newest = behind?.details['newest'];
  return typeof newest === 'string' ? `there is a backup of ${newest.slice(0, 16).replace('T', ' ')} UTC` : undefined;
}

function watchedLocations(get: GetService): WatchedLocation[] {
  const types = new Set(
    get(ownTokens.providers)
      .types()
      .map(({ id }) => id),
  );
  const installed = get(ownTokens.packages).list();
  return get(ownTokens.configFile)
    .locations()
    .map(({ id, title, provider, needsReauth }) => {
      const disabled = installed.find((found) => found.state === 'disabled' && found.types.includes(provider));
      const withoutProvider = disabled === undefined ? {} : { package: disabled.name };
      return {
        id,
        title,
        type: provider,
        needsReauth: needsReauth === true,
        ...(!types.has(provider) && { withoutProvider }),
      };
    });
}

async function gatherDisks(get: GetService, dataDir: string): Promise<readonly Disk[]> {
  const types = get(ownTokens.providers).types();
  const ofLocations = get(ownTokens.configFile)
    .locations()
    .flatMap(({ id, title, provider, config }) => {
      const [path] = pathsIn(types.find((type) => type.id === provider)?.configSchema ?? {}, config);
      return path === undefined ? [] : [{ location: { id, title }, path }];
    });
  const disks = await Promise.all([{ path: dataDir }, ...ofLocations].map(diskAt));
  return disks.flatMap((disk) => disk ?? []);
}

async function diskAt({ path, ...about }: { readonly path: string; readonly location?: Disk['location'] }): Promise<Disk | undefined> {
  try {
    // A share that hangs would hang all else with it.
    const { bavail, blocks, bsize } = await within(statfs(path));
    return { ...(about.location && { location: about.location }), free: bavail * bsize, total: blocks * bsize };
  } catch {
    // Whether a place is there is a question of its own.
    return undefined;
  }
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), withinMilliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
