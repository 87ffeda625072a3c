import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isErrno } from './fs-error.js';

/** Which process wrote something: enough to tell later whether it is still alive. */
export interface ProcessIdentity {
  /** The machine, 8 hexadecimal digits. */
  readonly machine: string;
  readonly pid: number;
  /**
   * Tells this process from a later one with the same number, which a restarted container has as a rule. Known on Linux: a
   * hash of the machine's boot and the process's start, 8 hexadecimal digits. Elsewhere `unknown`.
   */
  readonly start: string;
}

const machine = shortHash(hostname());
let own: ProcessIdentity | undefined;

export function ownIdentity(): ProcessIdentity {
  own ??= identityOf(process.pid);
  return own;
}

/** The identity of a process that runs on this machine. */
export function identityOf(pid: number): ProcessIdentity {
  const start = startOf(pid);
  return { machine, pid, start: start.state === 'known' ? start.start : 'unknown' };
}

/** Whether the process still runs; `undefined` if nobody can tell from here, as for one on another machine. */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.machine !== machine) return undefined;
  const found = startOf(identity.pid);
  if (found.state === 'gone') return false;
  if (identity.start !== 'unknown' && found.state === 'known') return found.start === identity.start;
  // Without its start, a process of that number may be another one by now.
  return answers(identity.pid) ? undefined : false;
}

type Start = { readonly state: 'known'; readonly start: string } | { readonly state: 'gone' | 'untold' };

function startOf(pid: number): Start {
  if (process.platform !== 'linux') return { state: 'untold' };
  try {
    const status = readFileSync(`/proc/${pid === process.pid ? 'self' : pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; the start time is the 22nd.
    const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    return { state: 'known', start: shortHash(`${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${ticks}`) };
  } catch (error) {
    // What may not be looked at may well be alive.
    return { state: isErrno(error, 'ENOENT', 'ESRCH') && !isProcMissing() ? 'gone' : 'untold' };
  }
}

function isProcMissing(): boolean {
  return !existsSync('/proc/self/stat');
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
