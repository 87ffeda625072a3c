import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from '../../base/atomic-file.js';
import { endProcessGroup } from '../../base/process-group.js';
import { jobError } from './errors.js';
import type { Hook } from './job.js';

/** What a command is told in its environment. */
export type HookEnvironment = Readonly<Record<`HOLDFAST_${string}`, string>>;

const keptOutputBytes = 4_000;
const keptLines = 5;
/** A database may have to write much before it ends. */
const graceMilliseconds = 5_000;

/**
 * Runs a command to its end. One that takes too long, or is cancelled, is stopped with all that it started.
 *
 * @throws `hook-failed` with the last lines of what it said; the signal's reason
 */
export async function runHook(
  hook: Hook,
  about: { readonly when: 'before' | 'after'; readonly job: string },
  environment: HookEnvironment,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const [program, ...args] = hook.command;
  const output = new LastLines();
  const failed = (what: string, cause?: unknown) =>
    jobError('hook-failed', { ...about, command: hook.command.join(' '), what, output: output.told() }, cause);
  // A group of its own, so that what it starts can be stopped with it.
  const child = spawn(program, args, {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...process.env, ...environment },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.add(chunk));
  const limit = AbortSignal.timeout(Math.ceil(hook.timeLimit * 1000));
  const stop = AbortSignal.any([signal, limit]);
  try {
    // Not `close`: what it leaves running in the background may keep its output open for ever.
    await once(child, 'exit', { signal: stop });
    const { exitCode: code, signalCode: killedBy } = child;
    await drained(child);
    if (code !== 0) throw failed(killedBy === null ? `it ended with ${String(code)}` : `it was ended by ${killedBy}`);
  } catch (error) {
    if (stop.aborted) {
      await endProcessGroup(child, graceMilliseconds);
      signal.throwIfAborted();
      throw failed(`it was stopped after ${hook.timeLimit} seconds`);
    }
    if (isErrno(error, 'ENOENT')) throw failed('there is no such program', error);
    if (isErrno(error, 'EACCES', 'EPERM')) throw failed('it may not be run', error);
    throw error;
  } finally {
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** What was written before the end has come; nobody waits long for a pipe that a child of it holds. */
async function drained({ stdout, stderr }: ChildProcess): Promise<void> {
  const ends = [stdout, stderr].flatMap((stream) => (stream === null || stream.readableEnded ? [] : once(stream, 'end')));
  await Promise.race([Promise.allSettled(ends), sleep(200)]);
}

/** The end of what a command says, in bounded memory. */
class LastLines {
  #bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#bytes.length > keptOutputBytes) this.#bytes = this.#bytes.subarray(-keptOutputBytes);
  }

  /** To follow a sentence; empty if it said nothing. */
  told(): string {
    const lines = this.#bytes.toString('utf8').trim().split(/\r?\n/).slice(-keptLines);
    const text = lines.map((line) => line.trim()).join(' / ');
    return text === '' ? '' : ` It said: ${text}`;
  }
}
