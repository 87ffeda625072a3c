import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { asTexts, parseRecord } from '../../json.js';

/** What importing a module did to the process. */
export interface ImportMeasure {
  /** CPU time, milliseconds. */
  readonly milliseconds: number;
  readonly output: string;
  /** Global names that it added. */
  readonly globals: readonly string[];
  /** Events of the process for which it listens now. */
  readonly listeners: readonly string[];
  /** True if nothing kept the process running. */
  readonly ended: boolean;
}

/** How long a process with nothing to do may go on, milliseconds. */
const patience = 5_000;

const program = `
const globals = Object.getOwnPropertyNames(globalThis);
const listeners = process.eventNames().map(String);
const before = process.cpuUsage();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
const { writeSync } = await import('node:fs');
writeSync(3, JSON.stringify({
  milliseconds: Math.round((user + system) / 1000),
  globals: Object.getOwnPropertyNames(globalThis).filter((name) => !globals.includes(name)),
  listeners: process.eventNames().map(String).filter((name) => !listeners.includes(name)),
}));
`;

/** Imports the module in a process of its own. Rejects with what it wrote if it can't be imported. */
export async function measureImport(file: string, signal: AbortSignal): Promise<ImportMeasure> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, pathToFileURL(file).href], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
    signal,
  });
  let ended = true;
  const late = setTimeout(() => {
    ended = false;
    child.kill('SIGKILL');
  }, patience);
  const [, out, err, told] = child.stdio;
  // When it is aborted, this comes before its end does.
  child.on('error', () => {});
  const exit = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const [printed, faults, measured] = await Promise.all([textOf(out), textOf(err), textOf(told), exit]).finally(() => clearTimeout(late));
  signal.throwIfAborted();
  if (measured === '') throw new Error(`The main module ${file} could not be imported: ${faults.trim().slice(0, 1_000)}`);
  const { milliseconds, globals, listeners } = parseRecord(measured);
  return { milliseconds: Number(milliseconds), output: printed + faults, globals: asTexts(globals), listeners: asTexts(listeners), ended };
}

async function textOf(stream: unknown): Promise<string> {
  return stream instanceof Readable ? text(stream) : '';
}
