import type { HoldfastError } from '../../base/errors.js';
import type { FatalError } from '../protocol/child-message.js';
import { providerProcessError } from './errors.js';
import type { ProcessEnd } from './provider-process.js';

/** Why the host ended a process. */
export type KillReason =
  /** Nobody needs it. */
  | { readonly type: 'unneeded' }
  | { readonly type: 'unresponsive'; readonly milliseconds: number }
  | { readonly type: 'resident'; readonly bytes: number; readonly limit: number }
  | { readonly type: 'fault'; readonly reason: string }
  /** It took too long to start. */
  | { readonly type: 'late'; readonly error: HoldfastError };

/** All that is known of how a process ended. */
export interface Ending {
  readonly end: ProcessEnd;
  readonly killed: KillReason | undefined;
  /** What the process told last. */
  readonly fatal: FatalError | undefined;
  /** It printed that its heap is full. */
  readonly heapFull: boolean;
  /** Bytes that the heap may take. */
  readonly heap: number;
}

const mebibyte = 1024 * 1024;

/** What went wrong with the process of a package, in the form `name@version`; `undefined` if it ended as it should. */
export function processFailure(subject: string, ending: Ending): HoldfastError | undefined {
  const { killed, end, fatal } = ending;
  const details = { subject, package: subject.slice(0, subject.lastIndexOf('@')) };
  switch (killed?.type) {
    case 'unneeded':
      return undefined;
    case 'late':
      return killed.error;
    case 'unresponsive':
      return providerProcessError('provider-unresponsive', { ...details, seconds: Math.round(killed.milliseconds / 100) / 10 });
    case 'resident': {
      const reason = `it took ${inMebibytes(killed.bytes)}, and ${inMebibytes(killed.limit)} are the limit`;
      return providerProcessError('provider-out-of-memory', { ...details, reason });
    }
    case 'fault':
      return providerProcessError('provider-broken-channel', { ...details, reason: killed.reason });
    default:
  }
  if (end.type === 'error') return providerProcessError('provider-not-started', { ...details, reason: end.reason });
  if (ending.heapFull) {
    const reason = `its JavaScript objects took more than ${inMebibytes(ending.heap)}`;
    return providerProcessError('provider-out-of-memory', { ...details, reason });
  }
  return providerProcessError('provider-crashed', { ...details, reason: reasonOf(end, fatal) });
}

function reasonOf(end: ProcessEnd, fatal: FatalError | undefined): string {
  if (fatal !== undefined) return `${fatal.name}: ${fatal.message}`;
  if (end.type === 'signal') {
    const hint = end.signal === 'SIGKILL' ? ', perhaps since the system ran out of memory' : '';
    return `it was killed by ${end.signal}${hint}`;
  }
  return end.type === 'exit' ? `exit code ${end.code}` : end.reason;
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte)} MiB`;
}
