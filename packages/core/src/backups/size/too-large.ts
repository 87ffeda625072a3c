import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { displayName } from '../../base/file-name.js';
import type { HoldfastError } from '../../base/errors.js';
import { formatByteSize } from '../../providers/byte-size.js';
import { backupError } from '../errors.js';
import type { Source } from '../sources/source.js';
import type { Target } from '../targets.js';
import { estimateSize, type SizeEstimate } from './estimate-size.js';
import type { LargeEntry } from './largest-entries.js';
import type { SourceSize } from './measure-sources.js';

/** What is found too large for a location. */
export interface SizeVerdict {
  readonly target: Target;
  readonly error: HoldfastError;
}

/** An estimate that is above the limit by less than this may be wrong, and the backup fit all the same. */
const margin = 1.05;

/**
 * For which targets the backup will surely be too large, found out before any of it is made. Where the files could not be too large even if they didn't
 * shrink, nothing is read; else a sample of them is compressed. An estimate counts if it is 5 % above a limit, and by more than it may well be wrong.
 */
export async function findTooLarge(
  targets: readonly Target[],
  sources: readonly Source[],
  size: SourceSize,
  level: number,
  signal: AbortSignal,
): Promise<SizeVerdict[]> {
  let estimate: SizeEstimate | undefined;
  const verdicts: SizeVerdict[] = [];
  for (const target of targets) {
    const { maxObjectBytes: limit } = target.limits;
    if (limit === undefined || size.tarBytes <= limit) continue;
    estimate ??= await estimateSize(sources, size.tarBytes, level, signal);
    const { bytes, uncertainty } = estimate;
    if (bytes <= limit * margin || bytes - uncertainty <= limit) continue;
    const told = { size: `about ${formatByteSize(bytes)} by a sample of its files`, estimatedBytes: bytes };
    verdicts.push({ target, error: tooLarge(target, limit, told, sources, size) });
  }
  return verdicts;
}

/** The error for a backup that was stopped when it passed the limit of a location. */
export function passedLimit(target: Target, limit: number, sources: readonly Source[], size: SourceSize | undefined): HoldfastError {
  return tooLarge(target, limit, { size: `more than ${formatByteSize(limit)}` }, sources, size);
}

function tooLarge(
  { record }: Target,
  limit: number,
  told: { readonly size: string; readonly estimatedBytes?: number },
  sources: readonly Source[],
  size: SourceSize | undefined,
): HoldfastError {
  const largest = size?.largest ?? [];
  return backupError('too-large', {
    location: record.title,
    limit: formatByteSize(limit),
    limitBytes: limit,
    ...told,
    largest: largest.length === 0 ? 'not known' : largest.map((entry) => nameOf(entry, sources.length > 1)).join(', '),
    leaveOut: [...presetHints(sources), ...largest.flatMap(exclusionOf).slice(0, 1)].join(' or ') || '--exclude',
  });
}

function nameOf({ source, path, bytes }: LargeEntry, withSource: boolean): string {
  return `${withSource ? `${source}: ` : ''}${displayName(path)} (${formatByteSize(bytes)})`;
}

/** A folder of Home Assistant's that is backed up as any other takes along what Home Assistant itself leaves out. */
function presetHints(sources: readonly Source[]): string[] {
  const isPlain = ({ preset, path }: Source) => preset === 'none' && existsSync(join(path, '.HA_VERSION'));
  return sources.some(isPlain) ? ['--preset home-assistant'] : [];
}

/** The option that leaves an entry out, for a shell. */
function exclusionOf({ path, kind }: LargeEntry): string[] {
  // What a terminal can't show can't be typed either.
  if (displayName(path) !== path) return [];
  const pattern = `/${path.replace(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ')}${kind === 'folder' ? '/' : ''}`;
  return [`--exclude '${pattern.replaceAll("'", "'\\''")}'`];
}
