import { ProviderError } from '@holdfast/core/provider-api';

const mebibyte = 2 ** 20;
const partsAtMost = 10_000;
const ordinaryBytes = 16 * mebibyte;
// Five of them would be the memory of a small machine: of parts so large, one is stored at a time.
const largestBytes = 64 * mebibyte;
const equalBytes = 32 * mebibyte;

/** From which part on parts are how large. Small ones cost the least memory, so they grow only where a body turns out to be long. */
const growing = [
  { from: 1_281, bytes: largestBytes },
  { from: 641, bytes: 32 * mebibyte },
  { from: 1, bytes: ordinaryBytes },
];

/** What the sizes of parts depend on. Sizes in bytes. */
export interface PartScheduleOptions {
  /** That of the whole body, where it is known. */
  readonly size?: number;
  /** The least that the service takes as a part. */
  readonly minimumBytes: number;
  /** For a service which wants all parts but the last to be equal, as Cloudflare R2 does. A body of unknown size ends at 312 GiB then. */
  readonly equal?: boolean;
}

/**
 * The size of each part by its number: 16 MiB, growing with the body to at most 64 MiB, so that the 10,000 parts that services allow hold
 * 575 GiB. Of a body of known size all parts are equal, and as small as 10,000 may be. A body for which that is too few is `too-large`.
 */
export function partSchedule({ size, minimumBytes, equal = false }: PartScheduleOptions): (number: number) => number {
  const fitting = size === undefined ? equalBytes : Math.ceil(size / partsAtMost / mebibyte) * mebibyte;
  if (size !== undefined && fitting > largestBytes) throw tooLarge();
  const constant = size !== undefined || equal ? Math.max(ordinaryBytes, fitting) : undefined;
  return (number) => {
    if (number > partsAtMost) throw tooLarge();
    const bytes = constant ?? growing.find(({ from }) => number >= from)?.bytes ?? ordinaryBytes;
    return Math.max(bytes, minimumBytes);
  };
}

function tooLarge(): ProviderError {
  return new ProviderError('too-large', `The object is too large to be stored in ${partsAtMost} parts.`);
}
