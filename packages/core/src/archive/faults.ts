import type { HoldfastError } from '../base/errors.js';
import { displayName } from '../base/file-name.js';
import { archiveError } from './errors.js';

/**
 * Makes the errors of one layer of a backup file. The codecs of tar, gzip and SecureTar find a fault; which member it is in,
 * and whether an early end means a cut file or a damaged one, is known only to who stacked them.
 */
export interface Faults {
  /**
   * `offset`: bytes from the beginning of the layer. `within`: the member of this layer that is affected. `last`: where the
   * fault is somewhere in a range, the last byte of it.
   */
  corrupt(what: string, offset: number, within?: string, last?: number): HoldfastError;
  /** The layer ends at `offset`, before its format says so. */
  endsEarly(offset: number, within?: string): HoldfastError;
  unsupported(what: string, within?: string): HoldfastError;
}

/** The outermost layer, where an early end means that the file was cut. */
export const backupFileFaults: Faults = {
  corrupt: (what, offset, within, last) =>
    archiveError('corrupt', {
      member: within === undefined ? 'The backup file' : displayName(within),
      what,
      ...place(offset, last),
      layer: 'the backup file',
    }),
  endsEarly: (offset, within) =>
    within === undefined
      ? archiveError('truncated', { offset, where: 'before its end marker' })
      : archiveError('truncated', { offset, where: `inside ${displayName(within)}`, member: displayName(within) }),
  unsupported: (what, within) =>
    archiveError('unsupported-format', { member: within === undefined ? 'The backup file' : displayName(within), what }),
};

export type InnerLayer = 'the encrypted data' | 'the compressed data' | 'the unpacked archive';

/**
 * A layer of an inner archive. That it ends early is damage: all the bytes are there that the outer file announces, and if they
 * are not, the outer layer says so first.
 */
export function innerFaults(member: string, layer: InnerLayer): Faults {
  const shown = displayName(member);
  return {
    corrupt: (what, offset, within, last) =>
      archiveError('corrupt', { member: shown, what: inside(what, within), ...place(offset, last), layer }),
    endsEarly: (offset, within) =>
      archiveError('corrupt', { member: shown, what: inside('it ends too early', within), ...place(offset), layer }),
    unsupported: (what, within) => archiveError('unsupported-format', { member: shown, what: inside(what, within) }),
  };
}

function inside(what: string, within: string | undefined): string {
  return within === undefined ? what : `${what}, in ${displayName(within)}`;
}

function place(offset: number, last?: number) {
  return { bytes: last === undefined ? `byte ${offset}` : `bytes ${offset} to ${last}`, offset, ...(last === undefined ? {} : { last }) };
}
