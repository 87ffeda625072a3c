import type { HoldfastError } from '../../base/errors.js';
import type { BackupServices } from '../services.js';
import { jobError } from './errors.js';

/** Before there was a Holdfast: the clock of a machine that has forgotten the time. */
const earliest = Date.UTC(2024, 0, 1);
const latest = Date.UTC(2100, 0, 1);
/** By how much a clock may be put back without a word. */
const leeway = 60 * 60_000;

/** Whether a backup may be dated by the clock. `behind`: it may, but nothing must be deleted by that date. */
export async function checkClock({
  clock,
  sealLog,
}: Pick<BackupServices, 'clock' | 'sealLog'>): Promise<{ readonly wrong?: HoldfastError; readonly behind?: HoldfastError }> {
  const now = clock.now();
  if (now.getTime() < earliest || now.getTime() > latest) return { wrong: jobError('clock-wrong', { now: now.toISOString() }) };
  const newest = (await sealLog.all()).reduce((latestSoFar, { key }) => Math.max(latestSoFar, dateOf(key) ?? 0), 0);
  if (newest <= now.getTime() + leeway) return {};
  return { behind: jobError('clock-behind', { now: now.toISOString(), newest: new Date(newest).toISOString() }) };
}

/** In a backup's key: `20260131T044500Z-3f9a01bc.tar`. */
function dateOf(key: string): number | undefined {
  const [, date, hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z-/.exec(key) ?? [];
  if (date === undefined) return undefined;
  const time = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(time) ? undefined : time;
}
