import { join } from 'node:path';
import { namesIn } from '../base/names-in.js';
import { isAlive } from '../base/process-lock.js';
import { readStatusFile } from '../providers/process/status-file.js';
import type { RuntimeState, RuntimeStatus } from '../providers/runtime-status.js';

const alive: ReadonlySet<RuntimeState> = new Set(['starting', 'running', 'unresponsive', 'stopping']);

/** How each provider package does: those that this host runs, and what other hosts noted about theirs. In the order of their names. */
export async function runningProviders(own: readonly RuntimeStatus[], stateFolders: string): Promise<readonly RuntimeStatus[]> {
  const byPackage = new Map<string, RuntimeStatus>();
  for (const noted of await notedStatuses(stateFolders)) byPackage.set(noted.package, withoutTheDead(noted));
  for (const status of own) {
    const noted = byPackage.get(status.package);
    // What this host has not used yet may run in another one.
    if (noted === undefined || status.state !== 'idle' || status.startedAt !== undefined) byPackage.set(status.package, status);
  }
  return [...byPackage.values()].sort((a, b) => (a.package < b.package ? -1 : 1));
}

async function notedStatuses(folder: string): Promise<RuntimeStatus[]> {
  const found: RuntimeStatus[] = [];
  for (const name of await namesIn(folder)) {
    if (name.startsWith('@')) found.push(...(await notedStatuses(join(folder, name))));
    if (!name.endsWith('.status.json')) continue;
    const status = await readStatusFile(join(folder, name));
    if (status !== undefined) found.push(status);
  }
  return found;
}

/** A host that was killed leaves a note of a process that died with it. */
function withoutTheDead(status: RuntimeStatus): RuntimeStatus {
  if (!alive.has(status.state) || isAlive(status.hostPid)) return status;
  const { pid: _, memory: __, ...rest } = status;
  return { ...rest, state: 'idle' };
}
