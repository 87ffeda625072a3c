import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../../base/atomic-file.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';

/** What the service can be doing, one thing at a time. */
export type ServiceTask = 'job' | 'retry' | 'retention' | 'verification';

/** What is under way. */
export interface ServiceWork {
  readonly task: ServiceTask;
  /** Of a job: its id and title. */
  readonly job?: string;
  readonly title?: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** Where it is, as in `Progress`. */
  readonly progress?: { readonly phase: string; readonly bytes: number; readonly totalBytes?: number };
}

/** What the service says about itself in `service.json`, for others to read. */
export interface ServiceState {
  /** `service`: it stays; `once`: it ends when all that is due was done. */
  readonly mode: 'service' | 'once';
  /** `waiting`: for the next thing that is due. `stopped`: it ended in order. */
  readonly state: 'waiting' | 'working' | 'stopping' | 'stopped';
  readonly pid: number;
  /** Since when it runs, when it last told, and when it ended. ISO 8601 in UTC. */
  readonly since: string;
  readonly heartbeat: string;
  readonly stoppedAt?: string;
  readonly work?: ServiceWork | undefined;
  /** The job that runs next by its schedule. */
  readonly next?: { readonly job: string; readonly title: string; readonly at: string } | undefined;
  /** The last thing that the service itself failed at. How runs ended is in the log of runs. */
  readonly lastError?: { readonly at: string; readonly what: string; readonly message: string };
  /** The local calendar day on which retention was last applied: `YYYY-MM-DD`. */
  readonly retentionOn?: string;
  /** The ids of jobs whose run was broken off because the service was stopped: they run when it starts again. */
  readonly brokenOff: readonly string[];
}

function serviceStateFile(dataDir: string): string {
  return join(dataDir, 'service.json');
}

/** What the service last said; `undefined` if there never was one, or the file can't be read: it is a message, and no more than that. */
export async function readServiceState(dataDir: string): Promise<ServiceState | undefined> {
  try {
    const text = await readFileIfThere(serviceStateFile(dataDir));
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isJsonObject(value) ? parseServiceState(value) : undefined;
  } catch {
    return undefined;
  }
}

/** @param lasting survives a power cut; what is written every half a minute need not, and must not wear out a memory card */
export async function writeServiceState(dataDir: string, state: ServiceState, lasting: boolean): Promise<void> {
  const file = serviceStateFile(dataDir);
  const text = `${JSON.stringify({ version: 1, ...state }, undefined, 2)}\n`;
  if (lasting) return writeFileAtomically(file, text);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return undefined;
}

const states = ['waiting', 'working', 'stopping', 'stopped'] as const;
const tasks = ['job', 'retry', 'retention', 'verification'] as const;

function parseServiceState(value: JsonObject): ServiceState | undefined {
  const { mode, pid, brokenOff } = value;
  const state = states.find((known) => known === value['state']);
  const [since, heartbeat] = [date(value['since']), date(value['heartbeat'])];
  if (state === undefined || typeof pid !== 'number' || since === undefined || heartbeat === undefined) return undefined;
  const [stoppedAt, work, next, lastError] = [
    date(value['stoppedAt']),
    parseWork(value['work']),
    parseNext(value['next']),
    parseLastError(value['lastError']),
  ];
  const { retentionOn } = value;
  return {
    mode: mode === 'once' ? 'once' : 'service',
    state,
    pid,
    since,
    heartbeat,
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(work !== undefined && { work }),
    ...(next !== undefined && { next }),
    ...(lastError !== undefined && { lastError }),
    ...(typeof retentionOn === 'string' && { retentionOn }),
    brokenOff: Array.isArray(brokenOff) ? brokenOff.filter((id) => typeof id === 'string') : [],
  };
}

function parseWork(value: unknown): ServiceWork | undefined {
  if (!isJsonObject(value)) return undefined;
  const task = tasks.find((known) => known === value['task']);
  const since = date(value['since']);
  if (task === undefined || since === undefined) return undefined;
  const { job, title } = value;
  const progress = parseProgress(value['progress']);
  return {
    task,
    since,
    ...(typeof job === 'string' && { job }),
    ...(typeof title === 'string' && { title }),
    ...(progress !== undefined && { progress }),
  };
}

function parseProgress(value: unknown): ServiceWork['progress'] {
  if (!isJsonObject(value)) return undefined;
  const { phase, bytes, totalBytes } = value;
  if (typeof phase !== 'string' || typeof bytes !== 'number') return undefined;
  return { phase, bytes, ...(typeof totalBytes === 'number' && { totalBytes }) };
}

function parseNext(value: unknown): ServiceState['next'] {
  if (!isJsonObject(value)) return undefined;
  const { job, title } = value;
  const at = date(value['at']);
  return typeof job === 'string' && typeof title === 'string' && at !== undefined ? { job, title, at } : undefined;
}

function parseLastError(value: unknown): ServiceState['lastError'] {
  if (!isJsonObject(value)) return undefined;
  const { what, message } = value;
  const at = date(value['at']);
  return typeof what === 'string' && typeof message === 'string' && at !== undefined ? { at, what, message } : undefined;
}

function date(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}
