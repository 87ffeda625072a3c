import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import type { Failure } from '../summary.js';
import type { JobRun, RunLocation, RunSource, RunState, RunTrigger } from './job-run.js';

const states: readonly RunState[] = ['running', 'complete', 'partial', 'failed', 'cancelled', 'skipped'];
const triggers: readonly RunTrigger[] = ['schedule', 'missed', 'manual', 'retry'];
const locationStates: readonly RunLocation['state'][] = ['stored', 'failed', 'pending'];
const sourceStates: readonly RunSource['state'][] = ['complete', 'incomplete', 'missing'];

/** A run as it was written down; `undefined` for what this version can't read. */
export function parseRun(text: string): JobRun | undefined {
  try {
    return run(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function run(value: unknown): JobRun {
  const given = object(value);
  const { endedAt, error, remarks, attempts, nextAttempt } = given;
  return {
    id: word(given['id']),
    job: word(given['job']),
    trigger: oneOf(given['trigger'], triggers),
    startedAt: word(given['startedAt']),
    ...(endedAt === undefined ? {} : { endedAt: word(endedAt) }),
    state: oneOf(given['state'], states),
    backups: list(given['backups']).map(word),
    locations: list(given['locations']).map(location),
    sources: list(given['sources']).map(source),
    ...(error === undefined ? {} : { error: failure(error) }),
    ...(remarks === undefined ? {} : { remarks: list(remarks).map(failure) }),
    ...(attempts === undefined ? {} : { attempts: number(attempts) }),
    ...(nextAttempt === undefined ? {} : { nextAttempt: word(nextAttempt) }),
  };
}

function location(value: unknown): RunLocation {
  const given = object(value);
  const { backup, error, attempts, nextAttempt } = given;
  return {
    id: word(given['id']),
    title: word(given['title']),
    state: oneOf(given['state'], locationStates),
    ...(backup === undefined ? {} : { backup: word(backup) }),
    ...(error === undefined ? {} : { error: failure(error) }),
    ...(attempts === undefined ? {} : { attempts: number(attempts) }),
    ...(nextAttempt === undefined ? {} : { nextAttempt: word(nextAttempt) }),
  };
}

function source(value: unknown): RunSource {
  const given = object(value);
  return { name: word(given['name']), state: oneOf(given['state'], sourceStates), problems: number(given['problems']) };
}

function failure(value: unknown): Failure {
  const { code, message, remedy } = object(value);
  return { code: word(code), message: word(message), remedy: word(remedy) };
}

function object(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error('not an object');
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('not a list');
}

function word(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('not a text');
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Error('not a number');
}

function oneOf<T extends string>(value: unknown, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new Error('not known');
}
