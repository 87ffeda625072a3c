import { isJsonObject } from '../../providers/schema-problem.js';

/**
 * How a copy was found to be what it should be. `upload`: when it was stored, all of it, by the place's own digests or by reading it back; `sample`: some of its
 * blocks were read; `whole`: all of it was; `drill`: files were restored from it.
 */
export type VerifiedHow = (typeof verifiedHows)[number];

const verifiedHows = ['upload', 'sample', 'whole', 'drill'] as const;

/** A look at a copy that proved something, or found something wrong. */
export interface Verification {
  /** The backup's key at the location. */
  readonly key: string;
  /** The location's id. */
  readonly location: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly how: VerifiedHow;
  readonly ok: boolean;
  /** With this and what was read before, all of it was. Default: as `how` says. */
  readonly whole?: boolean;
  /** Of the error, where it isn't. */
  readonly code?: string;
  /** How far the sampling of its blocks is, where this went on with it. */
  readonly blocks?: SampledBlocks;
}

/** Blocks are the MiB of the backup file, of which each has a digest in the seal. They are read in turn, so the next one is always the one that was not read for longest. */
export interface SampledBlocks {
  /** The number of the block to be read next. */
  readonly next: number;
  /** How many were read in a row, and found right, since the last one that was not. */
  readonly proven: number;
}

/** What is known about one copy. */
export interface VerifiedCopy {
  readonly key: string;
  readonly location: string;
  /** The last time that it was found right. */
  readonly last?: { readonly at: string; readonly how: VerifiedHow };
  /** When all of it was last known to be right. */
  readonly wholeAt?: string;
  /** What was found wrong, and not cured since. */
  readonly failed?: { readonly at: string; readonly how: VerifiedHow; readonly code: string };
  readonly blocks?: SampledBlocks;
}

/** What is known after one more look. What was wrong is cured only by a look at all of the copy. */
export function withVerification(before: VerifiedCopy | undefined, look: Verification): VerifiedCopy {
  const { key, location, at, how, ok, code, blocks, whole = how === 'upload' || how === 'whole' } = look;
  const { failed: _, ...rest } = before ?? { key, location };
  const sampling = blocks ?? before?.blocks;
  if (!ok) return { ...rest, failed: { at, how, code: code ?? 'internal' }, ...(sampling && { blocks: sampling }) };
  const stillFailed = how === 'upload' || how === 'whole' || before?.failed === undefined ? {} : { failed: before.failed };
  return { ...rest, last: { at, how }, ...(whole && { wholeAt: at }), ...stillFailed, ...(sampling && { blocks: sampling }) };
}

/** As it was stored; `undefined` for what this version doesn't know. */
export function parseVerifiedCopy(value: unknown): VerifiedCopy | undefined {
  if (!isJsonObject(value)) return undefined;
  const { key, location, wholeAt } = value;
  if (typeof key !== 'string' || typeof location !== 'string') return undefined;
  const last = parseLook(value['last']);
  const failed = parseLook(value['failed']);
  const blocks = parseBlocks(value['blocks']);
  return {
    key,
    location,
    ...(last && { last: { at: last.at, how: last.how } }),
    ...(typeof wholeAt === 'string' && { wholeAt }),
    ...(failed && { failed }),
    ...(blocks && { blocks }),
  };
}

function parseLook(value: unknown): { at: string; how: VerifiedHow; code: string } | undefined {
  if (!isJsonObject(value)) return undefined;
  const { at, code } = value;
  const how = verifiedHows.find((known) => known === value['how']);
  return typeof at === 'string' && how !== undefined ? { at, how, code: typeof code === 'string' ? code : 'internal' } : undefined;
}

function parseBlocks(value: unknown): SampledBlocks | undefined {
  if (!isJsonObject(value)) return undefined;
  const { next, proven } = value;
  return isCount(next) && isCount(proven) ? { next, proven } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
