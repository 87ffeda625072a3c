import type { NewJob } from '@holdfast/core';
import { commandError } from '../errors.js';
import { readJsonObject } from '../location-config/json-object-file.js';

type Json = Readonly<Record<string, unknown>>;

/** A whole set-up in a file, as docs/setup.md describes it. */
export interface SetupFile {
  /** What backups call this machine. */
  readonly name?: string;
  /** The folder that the emergency kit is saved in. */
  readonly kit?: string;
  readonly locations: readonly SetupLocation[];
  readonly jobs: readonly SetupJob[];
  /** Whether each new job makes a backup at once. */
  readonly backup: boolean;
}

export interface SetupLocation {
  /** The provider type's id. */
  readonly provider: string;
  readonly title: string;
  readonly config: Json;
  /** Where secret settings come from: the file never holds them itself. */
  readonly secrets: Readonly<Record<string, SecretOrigin>>;
}

/** A file whose first line it is, or a variable of the environment. */
export type SecretOrigin = { readonly file: string } | { readonly env: string };

export interface SetupJob {
  readonly title: string;
  /** As they were given: the core parses what a job has. */
  readonly job: Omit<NewJob, 'sources' | 'title'>;
  readonly sources: readonly SetupSource[];
}

interface SetupSource {
  readonly path: string;
  readonly name?: string;
  readonly exclude?: readonly string[];
}

/** @throws `file-unreadable`, `file-not-json`, `setup-file-invalid` with everything that is wrong with it */
export async function readSetupFile(path: string): Promise<SetupFile> {
  const faults: string[] = [];
  const parsed = parseSetupFile(await readJsonObject(path), faults);
  if (faults.length > 0)
    throw commandError('setup-file-invalid', { path: path === '-' ? 'standard input' : path, faults: faults.join('; ') });
  return parsed;
}

/** Puts what is wrong into `faults`; what is returned is of use only if there are none. */
export function parseSetupFile(root: Json, faults: string[]): SetupFile {
  const known = ['name', 'kit', 'locations', 'jobs', 'backup'];
  noOthers(root, known, 'the file', faults);
  const { backup = true } = root;
  if (typeof backup !== 'boolean') faults.push('backup is neither true nor false');
  const locations = list(root['locations'], 'locations', faults).map((entry, index) => parseLocation(entry, `locations[${index}]`, faults));
  const jobs = list(root['jobs'], 'jobs', faults).map((entry, index) => parseJob(entry, `jobs[${index}]`, faults));
  if (jobs.length === 0) faults.push('jobs is missing: what is to be backed up?');
  repeated(locations, 'locations', faults);
  repeated(jobs, 'jobs', faults);
  return { ...optionalText(root, 'name', '', faults), ...optionalText(root, 'kit', '', faults), locations, jobs, backup: backup === true };
}

function parseLocation(value: unknown, place: string, faults: string[]): SetupLocation {
  const entry = object(value, place, faults);
  noOthers(entry, ['provider', 'title', 'config', 'secrets'], place, faults);
  const secrets = Object.entries(object(entry['secrets'] ?? {}, `${place}.secrets`, faults));
  return {
    provider: text(entry, 'provider', place, faults),
    title: text(entry, 'title', place, faults),
    config: object(entry['config'] ?? {}, `${place}.config`, faults),
    secrets: Object.fromEntries(secrets.map(([name, origin]) => [name, parseOrigin(origin, `${place}.secrets.${name}`, faults)])),
  };
}

function parseOrigin(value: unknown, place: string, faults: string[]): SecretOrigin {
  if (isObject(value)) {
    const { file, env, ...others } = value;
    if (Object.keys(others).length === 0) {
      if (typeof file === 'string' && env === undefined) return { file };
      if (typeof env === 'string' && file === undefined) return { env };
    }
  }
  faults.push(`${place} is neither {"file": "PATH"} nor {"env": "VARIABLE"}`);
  return { env: '' };
}

function parseJob(value: unknown, place: string, faults: string[]): SetupJob {
  const { title = 'Automatic backup', sources, ...job } = object(value, place, faults);
  if (typeof title !== 'string' || title === '') faults.push(`${place}.title is not a text`);
  const parsed = list(sources, `${place}.sources`, faults).map((entry, index) => parseSource(entry, `${place}.sources[${index}]`, faults));
  if (parsed.length === 0) faults.push(`${place}.sources is empty`);
  return { title: String(title), sources: parsed, job };
}

function parseSource(value: unknown, place: string, faults: string[]): SetupSource {
  const entry = typeof value === 'string' ? { path: value } : object(value, place, faults);
  noOthers(entry, ['path', 'name', 'exclude'], place, faults);
  const exclude = list(entry['exclude'], `${place}.exclude`, faults);
  const patterns = exclude.filter((pattern) => typeof pattern === 'string');
  if (patterns.length < exclude.length) faults.push(`${place}.exclude holds what is no text`);
  return {
    path: text(entry, 'path', place, faults),
    ...optionalText(entry, 'name', `${place}.`, faults),
    ...(patterns.length === 0 ? {} : { exclude: patterns }),
  };
}

function repeated(entries: readonly { readonly title: string }[], place: string, faults: string[]): void {
  const titles = entries.map(({ title }) => title);
  for (const title of new Set(titles.filter((each, index) => titles.indexOf(each) < index))) faults.push(`${place} has "${title}" twice`);
}

function noOthers(entry: Json, known: readonly string[], place: string, faults: string[]): void {
  const others = Object.keys(entry).filter((name) => !known.includes(name));
  if (others.length > 0) faults.push(`${place} has ${others.join(', ')}, which is none of ${known.join(', ')}`);
}

function text(entry: Json, name: string, place: string, faults: string[]): string {
  const value = entry[name];
  if (typeof value === 'string' && value !== '') return value;
  faults.push(`${place}.${name} is ${value === undefined ? 'missing' : 'not a text'}`);
  return '';
}

function optionalText<Name extends string>(entry: Json, name: Name, place: string, faults: string[]): { readonly [Key in Name]?: string } {
  const value = entry[name];
  if (value === undefined) return {};
  if (typeof value === 'string' && value !== '') return Object.fromEntries([[name, value]]) as { readonly [Key in Name]?: string };
  faults.push(`${place}${name} is not a text`);
  return {};
}

function list(value: unknown, place: string, faults: string[]): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  faults.push(`${place} is not a list`);
  return [];
}

function object(value: unknown, place: string, faults: string[]): Json {
  if (isObject(value)) return value;
  faults.push(`${place} is not an object`);
  return {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
