import { cancellable } from '../backups/cancellation.js';
import { lookAtClock } from '../backups/issues/clock-watch.js';
import type { Issue } from '../backups/issues/issue.js';
import { issuesFromState } from '../backups/issues/issues-from-state.js';
import type { CheckUpOptions } from './check-up.js';
import { lookAtLocations } from './check-up-locations.js';
import { readMemory, writeMemory } from './check-up-memory.js';
import { evidenceOfBackups, gatherState } from './check-up-state.js';
import { ownTokens } from './own-tokens.js';
import { type GetService, serviceTokens } from './service-tokens.js';

const dayMilliseconds = 24 * 60 * 60_000;

/** Looks, raises, closes, and remembers what the next check-up has to know. */
export async function checkUp(get: GetService, dataDir: string, { locations, signal }: CheckUpOptions = {}): Promise<readonly Issue[]> {
  const [issues, log] = [get(ownTokens.issues), get(serviceTokens.log)];
  const now = get(serviceTokens.clock).now();
  const memory = await readMemory(dataDir);
  const clock = lookAtClock(now, new Date(get(ownTokens.configFile).instance.createdAt), memory.clock);
  await cancellable(signal, async (effective) => {
    const clockEvidence = clock.evidence ?? (await evidenceOfBackups(get));
    await issues.apply(issuesFromState({ ...(await gatherState(get, dataDir, now)), clockEvidence }));
    const isDue = memory.locationsAt === undefined || Math.abs(now.getTime() - Date.parse(memory.locationsAt)) >= dayMilliseconds;
    if (!(locations ?? isDue)) return writeMemory(dataDir, { ...memory, clock: clock.memory });
    // Written before: where it fails it is not tried again every time.
    await writeMemory(dataDir, { ...memory, clock: clock.memory, locationsAt: now.toISOString() });
    try {
      const { away } = await lookAtLocations(get, memory.away, effective);
      await writeMemory(dataDir, { clock: clock.memory, locationsAt: now.toISOString(), away });
    } catch (error) {
      effective.throwIfAborted();
      log.warn(`The locations could not be looked at: ${String(error)}`);
    }
    return undefined;
  });
  // What the locations told on being asked.
  await get(ownTokens.issueRaiser).settled();
  return issues.list();
}
