import { isAbsolute } from 'node:path';
import { closestName } from '../../providers/closest-name.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { parseRetentionRules } from '../retention/rules.js';
import { nextRun } from '../schedule/next-run.js';
import { parseSchedule, type Schedule } from '../schedule/schedule.js';
import { isSourceName, type SourceSpec } from '../sources/source.js';
import type { Hook, Job, JobLocation } from './job.js';

const longestHookSeconds = 24 * 60 * 60;

/** Parses a job. What is wrong is thrown as an `Error` whose message begins with its place. */
export function parseJob(value: unknown, place: string): Job {
  const job = object(value, place, jobFields);
  const sources = list(job['sources'], `${place}.sources`).map((entry, index) => parseSource(entry, `${place}.sources[${index}]`));
  requireDistinct(
    sources.map(({ name }) => name.replaceAll('/', '_')),
    `${place}.sources`,
  );
  if (sources.length === 0) throw new Error(`${place}.sources: at least one is needed`);
  const names = sources.map(({ name }) => name);
  const { id, title, locations, encryption, compressionLevel } = job;
  if (typeof id !== 'string' || !/^[0-9a-f]{8}$/.test(id)) throw new Error(`${place}.id: expected eight hexadecimal digits`);
  if (typeof title !== 'string' || !isTitle(title))
    throw new Error(`${place}.title: expected 1 to 60 characters without blanks at the ends`);
  if (typeof job['enabled'] !== 'boolean') throw new Error(`${place}.enabled: expected true or false`);
  if (encryption !== undefined && encryption !== 'v2' && encryption !== 'v3') throw new Error(`${place}.encryption: expected v2 or v3`);
  if (compressionLevel !== undefined && !isWithin(compressionLevel, 0, 9))
    throw new Error(`${place}.compressionLevel: expected a whole number from 0 to 9`);
  if (locations !== 'all' && job['differing'] !== undefined) throw new Error(`${place}.differing: only where locations is "all"`);
  return {
    id,
    title,
    enabled: job['enabled'],
    sources,
    ...optional('schedule', job['schedule'], (schedule) => parsePossible(schedule, `${place}.schedule`)),
    since: date(job['since'], `${place}.since`),
    locations: locations === 'all' ? 'all' : parseLocations(locations, names, `${place}.locations`),
    ...optional('differing', job['differing'], (differing) => parseLocations(differing, names, `${place}.differing`)),
    retention: parseRetentionRules(job['retention'], `${place}.retention`),
    ...(encryption === undefined ? {} : { encryption }),
    ...(compressionLevel === undefined ? {} : { compressionLevel }),
    ...optional('before', job['before'], (hook) => parseHook(hook, `${place}.before`)),
    ...optional('after', job['after'], (hook) => parseHook(hook, `${place}.after`)),
  };
}

const jobFields = [
  'id',
  'title',
  'enabled',
  'sources',
  'schedule',
  'since',
  'locations',
  'differing',
  'retention',
  'encryption',
  'compressionLevel',
  'before',
  'after',
];

/** A schedule that ever comes round: 30 February doesn't. */
function parsePossible(value: unknown, place: string): Schedule {
  const schedule = parseSchedule(value, place);
  let next: Date | undefined;
  try {
    next = nextRun(schedule, new Date(), '');
  } catch (error) {
    throw new Error(`${place}.expression: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (next === undefined) throw new Error(`${place}: it never comes`);
  return schedule;
}

function parseSource(value: unknown, place: string): SourceSpec {
  const { name, path, preset, exclude } = object(value, place, ['name', 'path', 'preset', 'exclude']);
  if (typeof name !== 'string' || !isSourceName(name))
    throw new Error(`${place}.name: expected 1 to 64 of a-z, 0-9, "-" and "_", and neither "supervisor", "backup" nor "snapshot"`);
  if (typeof path !== 'string' || !isAbsolute(path)) throw new Error(`${place}.path: expected the whole path of a folder`);
  if (preset !== undefined && preset !== 'home-assistant' && preset !== 'none')
    throw new Error(`${place}.preset: expected home-assistant or none`);
  return {
    name,
    path,
    ...(preset === undefined ? {} : { preset }),
    ...optional('exclude', exclude, (patterns) => texts(patterns, `${place}.exclude`)),
  };
}

function parseLocations(value: unknown, sources: readonly string[], place: string): JobLocation[] {
  const parsed = list(value, place).map((entry, index) => parseLocation(entry, sources, `${place}[${index}]`));
  requireDistinct(
    parsed.map(({ location }) => location),
    place,
  );
  if (parsed.length === 0) throw new Error(`${place}: at least one is needed, or "all"`);
  return parsed;
}

function parseLocation(value: unknown, sources: readonly string[], place: string): JobLocation {
  const { location, retention, encrypt, without } = object(value, place, ['location', 'retention', 'encrypt', 'without']);
  if (typeof location !== 'string' || location === '') throw new Error(`${place}.location: expected the id of a location`);
  if (encrypt !== undefined && typeof encrypt !== 'boolean') throw new Error(`${place}.encrypt: expected true or false`);
  const left = without === undefined ? [] : texts(without, `${place}.without`);
  const unknown = left.find((name) => !sources.includes(name));
  if (unknown !== undefined) throw new Error(`${place}.without: the job has no source "${unknown}", but ${sources.join(', ')}`);
  if (sources.every((name) => left.includes(name))) throw new Error(`${place}.without: no source would be left for that location`);
  return {
    location,
    ...optional('retention', retention, (rules) => parseRetentionRules(rules, `${place}.retention`)),
    ...(encrypt === undefined ? {} : { encrypt }),
    ...(left.length === 0 ? {} : { without: [...new Set(left)] }),
  };
}

function parseHook(value: unknown, place: string): Hook {
  const { command, timeLimit } = object(value, place, ['command', 'timeLimit']);
  const [program, ...args] = texts(command, `${place}.command`);
  if (program === undefined || program === '') throw new Error(`${place}.command: expected a program and its arguments`);
  if (typeof timeLimit !== 'number' || !(timeLimit > 0 && timeLimit <= longestHookSeconds))
    throw new Error(`${place}.timeLimit: expected seconds, up to ${longestHookSeconds}`);
  return { command: [program, ...args], timeLimit };
}

function optional<Name extends string, T>(name: Name, value: unknown, parse: (value: unknown) => T): { readonly [N in Name]?: T } {
  const none: { readonly [N in Name]?: T } = {};
  return value === undefined ? none : { ...none, [name]: parse(value) };
}

function object(value: unknown, place: string, known: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new Error(`${place}: expected an object`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return value;
  const meant = closestName(unknown, known);
  throw new Error(`${place}.${unknown}: not known${meant === undefined ? '' : `; is "${meant}" meant?`}`);
}

function list(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${place}: expected a list`);
}

function texts(value: unknown, place: string): string[] {
  return list(value, place).map((entry, index) => {
    if (typeof entry === 'string') return entry;
    throw new Error(`${place}[${index}]: expected a text`);
  });
}

function date(value: unknown, place: string): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new Error(`${place}: expected a date such as "2026-01-31T04:45:00Z"`);
}

function requireDistinct(names: readonly string[], place: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${place}: "${twice}" is there twice`);
}

function isTitle(title: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return title !== '' && title.length <= 60 && title.trim() === title && !/[\u0000-\u001f\u007f-\u009f]/.test(title);
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
