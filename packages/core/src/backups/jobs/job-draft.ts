import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { isHoldfastError } from '../../base/errors.js';
import { backupError } from '../errors.js';
import type { BackupServices } from '../services.js';
import { jobError } from './errors.js';
import { type Job, type JobLocation, placesOf } from './job.js';
import type { JobChanges, NewJob } from './job-store.js';
import { parseJob } from './parse-job.js';
import { isSameTitle } from './stored-jobs.js';

type Services = Pick<BackupServices, 'locations' | 'providers' | 'clock'>;

const firstTitle = 'Automatic backup';
/** As Home Assistant does. */
const defaultRetention = { copies: 3 } as const;

/** A job as it is to be stored. @throws `job-invalid` and what is wrong with its locations */
export function draftJob(services: Services, wanted: NewJob, others: readonly Job[]): Job {
  return checked(services, others, {
    id: newId(others),
    title: wanted.title ?? freeTitle(others),
    enabled: wanted.enabled ?? true,
    since: services.clock.now().toISOString(),
    ...settingsOf(services, { ...wanted, schedule: wanted.schedule === undefined ? { every: 'day' } : wanted.schedule }),
    locations: placesAsked(services, wanted.locations ?? 'all'),
    retention: wanted.retention ?? defaultRetention,
  });
}

/** The job with changes. @throws as {@link draftJob} */
export function changedJob(services: Services, job: Job, changes: JobChanges, others: readonly Job[]): Job {
  const { title = job.title, enabled = job.enabled, retention = job.retention, locations } = changes;
  const { schedule, differing, ...kept } = job;
  const starts = changes.schedule !== undefined || (enabled && !job.enabled);
  const now = services.clock.now().toISOString();
  return checked(services, others, {
    ...kept,
    ...(schedule === undefined ? {} : { schedule }),
    // Together with the locations that it belongs to.
    ...(differing === undefined || locations !== undefined ? {} : { differing }),
    title,
    enabled,
    retention,
    since: starts ? now : job.since,
    ...settingsOf(services, changes),
    locations: locations === undefined ? job.locations : placesAsked(services, locations),
  });
}

/** What was given, with `undefined` for what is taken away. */
function settingsOf(services: Services, given: JobChanges): object {
  const { sources, schedule, differing, encryption, compressionLevel, before, after } = given;
  const optional = Object.entries({ schedule, encryption, compressionLevel, before, after }).filter(([, value]) => value !== undefined);
  return {
    ...(sources === undefined ? {} : { sources: sources.map((source) => ({ ...source, path: resolve(source.path) })) }),
    ...(differing === undefined ? {} : { differing: differing.length === 0 ? undefined : placesAsked(services, differing) }),
    ...Object.fromEntries(optional.map(([name, value]) => [name, value ?? undefined])),
  };
}

function placesAsked(services: Services, places: 'all' | readonly JobLocation[]): 'all' | readonly JobLocation[] {
  if (places === 'all') return 'all';
  return places.map((place) => ({ ...place, location: services.locations.get(place.location).id }));
}

function checked(services: Services, others: readonly Job[], draft: object): Job {
  const job = parsed(draft);
  const namesake = others.find(({ id, title }) => id !== job.id && (isSameTitle(title, job.title) || isSameTitle(id, job.title)));
  if (namesake !== undefined) throw jobError('job-invalid', { what: `there is another one called "${namesake.title}"` });
  for (const { location, encrypt } of placesOf(job, services.locations.list())) {
    const record = services.locations.get(location);
    if (encrypt === false && needsEncryption(services, record.provider))
      throw backupError('encryption-required', { location: record.title });
  }
  return job;
}

function parsed(draft: object): Job {
  try {
    // Without what is undefined.
    const json: unknown = JSON.parse(JSON.stringify(draft));
    return parseJob(json, 'job');
  } catch (error) {
    throw jobError('job-invalid', { what: error instanceof Error ? error.message.replace(/^job\./, '') : String(error) }, error);
  }
}

function needsEncryption({ providers }: Services, provider: string): boolean {
  try {
    return providers.type(provider).limits.requiresEncryption;
  } catch (error) {
    // Its package may be away just now; the run will tell.
    if (isHoldfastError(error)) return false;
    throw error;
  }
}

function newId(others: readonly Job[]): string {
  for (;;) {
    const id = randomBytes(4).toString('hex');
    if (others.every((other) => other.id !== id)) return id;
  }
}

function freeTitle(others: readonly Job[]): string {
  for (let number = 1; ; number += 1) {
    const title = number === 1 ? firstTitle : `${firstTitle} ${number}`;
    if (!others.some((other) => isSameTitle(other.title, title))) return title;
  }
}
