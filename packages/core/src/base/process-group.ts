import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { monotonic } from './monotonic.js';

/**
 * Ends a child that was started as `detached`, with all that it started, and resolves when that is done. `graceMilliseconds`: between the polite
 * request to end and the other one.
 */
export async function endProcessGroup(child: ChildProcess, graceMilliseconds = 2_000): Promise<void> {
  signalGroup(child, 'SIGTERM');
  for (const began = monotonic(); signalGroup(child, 0) && monotonic() - began < graceMilliseconds; ) await setTimeout(20);
  signalGroup(child, 'SIGKILL');
}

/** @returns whether there was anything to signal */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    if (process.platform !== 'win32') return process.kill(-child.pid, signal);
    if (signal === 0) return child.exitCode === null && child.signalCode === null;
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return true;
  } catch {
    return false;
  }
}
