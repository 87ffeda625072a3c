import { readFileIfThere, writeFileAtomically } from '../base/atomic-file.js';
import { isHoldfastError } from '../base/errors.js';
import { isJsonObject, type JsonObject } from '../providers/schema-problem.js';
import { configError } from './errors.js';

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

/** Makes the calls of a function run one after the other, also after one that failed: each reads what the one before it wrote. */
export function inTurn<Args extends unknown[]>(run: (...args: Args) => Promise<void>): (...args: Args) => Promise<void> {
  let last = Promise.resolve();
  return async (...args) => {
    const before = last;
    const turn = (async () => {
      await before;
      await run(...args);
    })();
    last = turn.catch(() => {});
    return turn;
  };
}

function placeOf(error: SyntaxError): string {
  const position = /position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return position === undefined ? 'it is not complete JSON' : `it is not JSON at ${position}`;
}
