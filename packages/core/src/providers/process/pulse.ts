import { monotonic } from '../../base/monotonic.js';
import type { RuntimeLimits } from './runtime-limits.js';

export interface PulseOptions {
  readonly limits: Pick<RuntimeLimits, 'acknowledge' | 'ping'>;
  readonly sendPing: (id: number) => void;
  readonly onUnresponsive: (unresponsive: boolean) => void;
}

/** Watches that the other side acknowledges what it is sent: a process that does so lives, however slow its provider is. */
export interface Pulse {
  /** A message went out. */
  sent(id: number): void;
  /** It was acknowledged. False if it is not waited for. */
  acknowledged(id: number): boolean;
  /** Pings at intervals while the other side is busy for us. */
  setBusy(busy: boolean): void;
  ping(): void;
  stop(): void;
}

export function createPulse({ limits, sendPing, onUnresponsive }: PulseOptions, nextId: () => number): Pulse {
  /** When each was sent, the oldest first. */
  const waiting = new Map<number, number>();
  let unresponsive = false;
  let stopped = false;
  let pinging: NodeJS.Timeout | undefined;
  let checking: NodeJS.Timeout | undefined;

  function setUnresponsive(next: boolean): void {
    if (unresponsive === next) return;
    unresponsive = next;
    onUnresponsive(next);
  }

  /** Looks again when the oldest message is due. */
  function check(): void {
    clearTimeout(checking);
    checking = undefined;
    const oldest = waiting.values().next();
    if (oldest.done === true) return setUnresponsive(false);
    const left = oldest.value + limits.acknowledge - monotonic();
    if (left <= 0) return setUnresponsive(true);
    setUnresponsive(false);
    // What has come while this process itself was busy is read before the timer's check: see `setImmediate`.
    checking = setTimeout(() => setImmediate(check), left);
    return undefined;
  }

  const pulse: Pulse = {
    sent(id) {
      if (stopped) return;
      waiting.set(id, monotonic());
      if (checking === undefined && !unresponsive) check();
    },
    acknowledged(id) {
      const known = waiting.delete(id);
      if (known && (unresponsive || waiting.size === 0)) check();
      return known;
    },
    setBusy(busy) {
      clearInterval(pinging);
      if (busy && !stopped) pinging = setInterval(pulse.ping, limits.ping);
    },
    ping() {
      // One that is not answered says all that a second one could.
      if (stopped || waiting.size > 0) return;
      const id = nextId();
      pulse.sent(id);
      sendPing(id);
    },
    stop() {
      stopped = true;
      waiting.clear();
      clearInterval(pinging);
      clearTimeout(checking);
    },
  };
  return pulse;
}
