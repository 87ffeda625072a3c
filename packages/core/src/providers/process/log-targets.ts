import type { ProviderLogger } from '../../provider-api/index.js';

/** Where the lines about each location go while somebody is at work with it. */
export interface LogTargets {
  /** The location's log, or the one for lines about none. */
  of(locationId: string | undefined): ProviderLogger;
  /** Sends lines about the location there until it is disposed of. The last one to come gets them. */
  add(locationId: string, log: ProviderLogger): Disposable;
}

export function createLogTargets(fallback: ProviderLogger): LogTargets {
  const targets = new Map<string, ProviderLogger[]>();
  return {
    of: (locationId) => (locationId === undefined ? undefined : targets.get(locationId)?.at(-1)) ?? fallback,
    add(locationId, log) {
      const logs = targets.get(locationId) ?? [];
      logs.push(log);
      targets.set(locationId, logs);
      return {
        [Symbol.dispose]() {
          const index = logs.indexOf(log);
          if (index >= 0) logs.splice(index, 1);
          if (logs.length === 0 && targets.get(locationId) === logs) targets.delete(locationId);
        },
      };
    },
  };
}
