import { formatDate } from '../output/dates.js';

const minute = 60_000;

/** How long from now, or ago: `in 5 h`, `3 d ago`. One unit is enough to know whether to worry. */
export function inWords(iso: string, now: Date): string {
  const away = Date.parse(iso) - now.getTime();
  if (Number.isNaN(away)) return iso;
  const span = spanOf(Math.abs(away));
  if (span === undefined) return away < 0 ? 'just now' : 'in a moment';
  return away < 0 ? `${span} ago` : `in ${span}`;
}

/** The date and how long that is from now: `2026-11-21 14:05 (3 h ago)`. */
export function dateInWords(iso: string, now: Date): string {
  return `${formatDate(iso)} (${inWords(iso, now)})`;
}

function spanOf(milliseconds: number): string | undefined {
  const minutes = Math.round(milliseconds / minute);
  if (minutes === 0) return undefined;
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
