import {
  type Hook,
  type Host,
  type Job,
  type JobChanges,
  parseSchedule,
  type Schedule,
  sourceFromPath,
  type SourceSpec,
} from '@holdfast/core';
import { placesAsked } from './job-places.js';
import { badUsage, type JobOptions, parsed, rulesOf } from './job-usage.js';

const defaultTimeLimit = 600;

/** What the options ask for, of a new job or of `job`. @throws `bad-usage` */
export async function settingsAsked(host: Host, paths: readonly string[], options: JobOptions, job?: Job): Promise<JobChanges> {
  const { title, encryption, level } = options;
  const sources = await sourcesAsked(paths, options, job?.sources);
  const schedule = scheduleAsked(options, job?.schedule);
  const before = hookAsked('before', options, job?.before);
  const after = hookAsked('after', options, job?.after);
  return {
    ...(title !== undefined && { title }),
    ...(sources !== undefined && { sources }),
    ...(schedule !== undefined && { schedule }),
    ...(options.keep !== undefined && { retention: rulesOf(options.keep, '--keep') }),
    ...placesAsked(host, options, job),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(encryption !== undefined && { encryption: encryption === 'default' ? null : encryption }),
    ...(level !== undefined && { compressionLevel: level === 'default' ? null : Number(level) }),
  };
}

async function sourcesAsked(
  paths: readonly string[],
  { source = [], exclude, preset }: JobOptions,
  before: readonly SourceSpec[] = [],
): Promise<readonly SourceSpec[] | undefined> {
  const named = [...paths.map((path) => ({ path, name: undefined })), ...source];
  if (named.length === 0 && exclude === undefined && preset === undefined) return undefined;
  const specs = named.length === 0 ? before : await Promise.all(named.map(({ path, name }) => sourceFromPath(path, name)));
  return specs.map((spec) => ({
    ...spec,
    ...(preset === undefined ? {} : { preset }),
    ...(exclude === undefined ? {} : { exclude }),
  }));
}

/** `null`: never by itself. `undefined`: nothing was said. */
function scheduleAsked({ every, at, timeZone }: JobOptions, before: Schedule | undefined): Schedule | null | undefined {
  if (every === undefined && at === undefined && timeZone === undefined) return undefined;
  if (every === 'never') return null;
  const recurrence = every === undefined ? (before ?? { every: 'day' }) : recurrenceOf(every);
  const isCron = recurrence.every === 'cron';
  const [from, to, ...more] = at?.split('-') ?? [];
  const window = to === undefined && more.length === 0 ? from : { from, to };
  const wanted = {
    // Of a cron expression nothing is left but the expression: it has its own time.
    ...(every === undefined || isCron ? {} : { at: before?.at }),
    timeZone: before?.timeZone,
    ...recurrence,
    ...(at !== undefined && { at: window }),
    ...(timeZone !== undefined && { timeZone }),
  };
  return parsed('--every, --at', () => parseSchedule(wanted, 'schedule'));
}

const weekdays: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function recurrenceOf(every: string): { readonly every: string; readonly [setting: string]: unknown } {
  if (every === 'day') return { every };
  if (every === 'week') return { every, on: ['sun'] };
  if (/\s/.test(every.trim())) return { every: 'cron', expression: every.trim().replace(/\s+/g, ' ') };
  const [, day] = /^month(?::(.*))?$/.exec(every) ?? [];
  if (every.startsWith('month')) return { every: 'month', day: day === 'last' ? day : Number(day ?? 1) };
  const days = every.split(',').map((name) => name.trim().toLowerCase());
  if (days.some((name) => !weekdays.includes(name))) {
    throw badUsage(
      `--every is day, week, weekdays such as mon,thu, month, month:15, month:last, or a cron expression in quotes, not "${every}"`,
    );
  }
  return { every: 'week', on: days };
}

function hookAsked(name: 'before' | 'after', options: JobOptions, present: Hook | undefined): Hook | null | undefined {
  const text = options[name];
  if (text === undefined) {
    return options.timeLimit === undefined || present === undefined ? undefined : { ...present, timeLimit: options.timeLimit };
  }
  if (text.trim() === 'none') return null;
  return { command: commandOf(text, `--${name}`), timeLimit: options.timeLimit ?? present?.timeLimit ?? defaultTimeLimit };
}

/** Words, or a JSON array of them where one has a blank in it. */
function commandOf(text: string, option: string): Hook['command'] {
  const trimmed = text.trim();
  const words = trimmed.startsWith('[') ? wordsIn(trimmed, option) : trimmed.split(/\s+/);
  const [program, ...args] = words;
  if (program === undefined || program === '') throw badUsage(`${option} names no command`);
  if (!trimmed.startsWith('[') && /["'|<>;&$`\\]/.test(trimmed)) {
    const example = JSON.stringify(['/bin/sh', '-c', 'a command | another']);
    throw badUsage(`${option} is no shell command: give it as a JSON array, such as '["program", "an argument"]' or '${example}'`);
  }
  return [program, ...args];
}

function wordsIn(json: string, option: string): readonly string[] {
  const value = parsed(option, (): unknown => JSON.parse(json));
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw badUsage(`${option} is a JSON array of words`);
}
