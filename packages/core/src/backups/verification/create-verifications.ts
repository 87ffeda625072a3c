import { cancellable } from '../cancellation.js';
import type { VerificationSettings } from '../../config/stored-config.js';
import type { BackupServices } from '../services.js';
import type { Verifications } from './verification.js';

const day = 86_400_000;
const defaultDays = 7;
const defaultPercent = 10;

export function createVerifications(services: BackupServices, settings: () => VerificationSettings): Verifications {
  const everyDays = () => settings().everyDays ?? defaultDays;
  const share = () => (settings().percent ?? defaultPercent) / 100;
  /** When the next run is to be; `undefined` if never. */
  const next = async (now: Date): Promise<Date | undefined> => {
    if (everyDays() === 0) return undefined;
    const last = await services.verifiedLog.lastRun();
    const lastAt = last === undefined ? Number.NaN : new Date(last.at).getTime();
    // A clock that was far ahead must not stop all runs until that day comes.
    if (Number.isNaN(lastAt) || lastAt > now.getTime() + day) return now;
    return new Date(lastAt + everyDays() * day);
  };
  return {
    run: ({ all, share: asked, signal, ...options } = {}) =>
      cancellable(signal, async (effective) => {
        const { runVerification } = await import('./run-verification.js');
        return runVerification(services, { ...options, share: all === true ? 1 : shareOf(asked ?? share()) }, effective);
      }),
    drill: (options = {}) =>
      cancellable(options.signal, async (effective) => {
        const { drill } = await import('./drill.js');
        return drill(services, options, effective);
      }),
    async due(now = services.clock.now()) {
      const at = await next(now);
      return at !== undefined && at <= now && services.locations.list().length > 0;
    },
    async status(now = services.clock.now()) {
      const [lastRun, at] = [await services.verifiedLog.lastRun(), await next(now)];
      return { everyDays: everyDays(), share: share(), ...(lastRun && { lastRun }), ...(at && { next: at.toISOString() }) };
    },
  };
}

function shareOf(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new RangeError('a share is above 0 and up to 1');
}
