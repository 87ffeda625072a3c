import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process began something: enough to tell later whether it still runs. */
export interface ProcessIdentity {
  readonly machine: string;
  readonly pid: number;
  /** Tells it from a later process of that number; empty where the system doesn't say. */
  readonly start: string;
}

/** The identity of a process on this machine. */
export function identityOf(pid: number): ProcessIdentity {
  return { machine: digest(hostname()), pid, start: startOf(pid) ?? '' };
}

/** Whether the process still runs; `undefined` if that can't be told from here. */
export function isAlive({ machine, pid, start }: ProcessIdentity): boolean | undefined {
  if (machine !== digest(hostname())) return undefined;
  if (pid === process.pid) return start === identityOf(pid).start;
  if (!answers(pid)) return false;
  const found = startOf(pid);
  // Without its start, a process of that number may be another one by now.
  return found === undefined || start === '' ? undefined : found === start;
}

function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const status = readFileSync(`/proc/${pid === process.pid ? 'self' : pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; the start time is the 22nd.
    const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    return digest(`${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${ticks}`);
  } catch {
    // A provider's process may look at itself alone.
    return undefined;
  }
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
