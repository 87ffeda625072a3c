import { setTimeout } from 'node:timers/promises';
import { readFileIfThere, writeFileAtomically } from '../base/atomic-file.js';
import { isHoldfastError } from '../base/errors.js';
import { acquireLock } from '../base/process-lock.js';
import { isJsonObject, type JsonObject } from '../providers/schema-problem.js';
import { configError } from './errors.js';

const patienceMilliseconds = 10_000;

/** Reads one of the host's own JSON files; `undefined` if it is not there. `config-damaged` or `config-too-new` if it can't be used. */
export async function readDataFile<T>(file: string, format: number, parse: (value: JsonObject) => T): Promise<T | undefined> {
  const text = await readFileIfThere(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) throw new Error('it does not hold an object');
    const { version } = value;
    if (typeof version !== 'number') throw new Error('version is not a number');
    if (version > format) throw configError('config-too-new', { file, version, known: format });
    return parse(value);
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    // The text of a JSON error quotes what stands there, and that may be a secret.
    const reason = error instanceof SyntaxError ? placeOf(error) : error instanceof Error ? error.message : String(error);
    throw configError('config-damaged', { file, reason });
  }
}

/** Replaces one of the host's own JSON files as a whole, for its owner's eyes only. */
export async function writeDataFile(file: string, value: unknown): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(value, undefined, 2)}\n`, 0o600);
}

/**
 * Lets one change of a file happen at a time, in this process and in all others, so that none is lost between another's reading and
 * writing. `config-busy` if another process doesn't finish.
 */
export function inTurn<Args extends unknown[]>(file: string, run: (...args: Args) => Promise<void>): (...args: Args) => Promise<void> {
  let last = Promise.resolve();
  return async (...args) => {
    const before = last;
    const turn = (async () => {
      await before;
      await using _lock = await lockPatiently(`${file}.lock`);
      await run(...args);
    })();
    last = turn.catch(() => {});
    return turn;
  };
}

async function lockPatiently(path: string): Promise<AsyncDisposable> {
  for (const began = Date.now(); Date.now() - began < patienceMilliseconds; ) {
    const result = await acquireLock(path, 'changing the configuration');
    if (result.state === 'held') return result.lock;
    await setTimeout(20);
  }
  throw configError('config-busy', { file: path });
}

function placeOf(error: SyntaxError): string {
  const position = /position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return position === undefined ? 'it is not complete JSON' : `it is not JSON at ${position}`;
}
