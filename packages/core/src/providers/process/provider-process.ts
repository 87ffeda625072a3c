import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Duplex, type Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { reaper } from './reaper.js';

/** How a process ended. */
export type ProcessEnd =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'signal'; readonly signal: string }
  /** The system could not start it. */
  | { readonly type: 'error'; readonly reason: string };

export interface ProcessOptions {
  /** Node's flags and the module to run. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** A process that was started for a provider. */
export interface ProviderProcess {
  /** `undefined` if it could not be started: `ended` tells why. */
  readonly pid: number | undefined;
  /** What it has as file descriptor 3, and 4. */
  readonly control: Duplex;
  readonly data: Duplex;
  /** What it prints, both channels. */
  readonly output: readonly Readable[];
  /** Fulfilled when the process is gone, with all that it started in its group. */
  readonly ended: Promise<ProcessEnd>;
  /** Whether it keeps the host from ending by itself. At first it does. */
  hold(held: boolean): void;
  /** Ends it now, with its group. */
  kill(): void;
}

/** What the process printed last may come after its end, and what it started may hold the channel open. Milliseconds. */
const outputGrace = 500;

export function startProcess(options: ProcessOptions): ProviderProcess {
  // Node's own channel for messages is not used: garbage on it could end the host. Not shown in the list of processes: anything secret.
  const child = spawn(process.execPath, [...options.arguments], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    // Its own group on POSIX, so that all of it can be killed, and no key press in the host's terminal reaches it.
    detached: process.platform !== 'win32',
    windowsHide: true,
    cwd: options.folder,
    env: options.environment,
  });
  const { pid } = child;
  if (pid !== undefined) reaper().add(pid);

  const ended = untilEnd(child).then((end) => {
    if (pid !== undefined) {
      killGroup(pid);
      reaper().remove(pid);
    }
    return end;
  });
  const streams = [child.stdout, child.stderr, child.stdio[3], child.stdio[4]].filter((stream) => stream instanceof Socket);
  return {
    pid,
    control: channel(child, 3),
    data: channel(child, 4),
    output: [child.stdout, child.stderr].filter((stream) => stream !== null),
    ended: ended.then(async (end) => {
      await untilOutputEnds(child);
      return end;
    }),
    hold(held) {
      for (const handle of [child, ...streams]) {
        if (held) handle.ref();
        else handle.unref();
      }
    },
    kill() {
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (!killGroup(pid)) child.kill('SIGKILL');
    },
  };
}

function channel(child: ChildProcess, descriptor: 3 | 4): Duplex {
  const stream = child.stdio[descriptor];
  if (!(stream instanceof Duplex)) throw new TypeError(`File descriptor ${descriptor} is no channel.`);
  return stream;
}

function untilEnd(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ type: 'error', reason: error.message }));
    child.once('exit', (code, signal) => resolve(signal === null ? { type: 'exit', code: code ?? 0 } : { type: 'signal', signal }));
  });
}

async function untilOutputEnds(child: ChildProcess): Promise<void> {
  const output = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.closed);
  const closed = Promise.all(output.map((stream) => new Promise<void>((resolve) => stream?.once('close', () => resolve()))));
  const late = new AbortController();
  await Promise.race([closed, setTimeout(outputGrace, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
  for (const stream of child.stdio) stream?.destroy();
}

/** False if there is no such group, or no groups at all. */
function killGroup(pid: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
