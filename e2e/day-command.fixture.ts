import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { holdfastBin, plainEnvironment } from './holdfast.fixture.js';

/** What a command did and cost. */
export interface CommandRun {
  readonly name: string;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** The most bytes resident: in the command's own process, which is the host, and in a provider's. 0 where the system doesn't tell. */
  readonly hostPeak: number;
  readonly providerPeak: number;
}

/** Runs `holdfast` and watches its memory, and that of the processes that it starts. Standard output goes to the file, if one is named. */
export async function runHoldfast(args: readonly string[], toFile?: string): Promise<CommandRun> {
  const target = toFile === undefined ? 'pipe' : openSync(toFile, 'w');
  const started = performance.now();
  const child = spawn(process.execPath, [holdfastBin, ...args], { stdio: ['ignore', target, 'pipe'], env: plainEnvironment() });
  if (typeof target === 'number') closeSync(target);
  const { pid = 0 } = child;
  const peaks = { host: 0, provider: 0 };
  const watch = setInterval(() => {
    peaks.host = Math.max(peaks.host, peakOf(pid));
    for (const one of childrenOf(pid)) if (isProvider(one)) peaks.provider = Math.max(peaks.provider, peakOf(one));
  }, 25);
  const [stdout, stderr, [status]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  clearInterval(watch);
  const name = args.find((arg) => ['init', 'add', 'create', 'list', 'cat', 'restore', 'verify', 'delete'].includes(arg)) ?? args.join(' ');
  return {
    name,
    status,
    stdout,
    stderr,
    seconds: (performance.now() - started) / 1000,
    hostPeak: peaks.host,
    providerPeak: peaks.provider,
  };
}

/** A line for each command: how long it took and how much memory. */
export function describeRuns(runs: readonly CommandRun[]): string {
  const mebi = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`.padStart(8);
  return runs
    .map(
      ({ name, seconds, hostPeak, providerPeak }) =>
        `${name.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s   host ${mebi(hostPeak)}   provider ${mebi(providerPeak)}`,
    )
    .join('\n');
}

/** The high-water mark that Linux keeps, so that a peak between two looks is not missed. */
function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(proc(pid, 'status'))?.[1] ?? 0) * 1024;
}

function childrenOf(pid: number): readonly number[] {
  return proc(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function isProvider(pid: number): boolean {
  return proc(pid, 'cmdline').includes('provider-process');
}

/** Empty where there is no such process any more, or no such file system. */
function proc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
