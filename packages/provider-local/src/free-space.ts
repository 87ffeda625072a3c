import { statfs } from 'node:fs/promises';
import { ProviderError, type Usage } from '@holdfast/core/provider-api';
import { isErrno, isWithheld } from './fs-error.js';

const mebibyte = 1024 * 1024;
const largestReserve = 64 * mebibyte;
/** Objects up to this size may use the reserve: the small ones that make a large one findable should not fail after it. */
const smallObject = mebibyte;

const nothingTold = { bsize: 0, blocks: 0, bfree: 0, bavail: 0 };

/** How full the disk or share is. Empty where it doesn't tell. */
export async function diskUsage(folder: string): Promise<Usage> {
  const { bsize, blocks, bfree, bavail } = await statfs(folder).catch((error: unknown) => {
    if (isWithheld(error) || isErrno(error, 'ENOSYS', 'ENOTSUP')) return nothingTold;
    throw error;
  });
  if (blocks === 0) return {};
  return { used: (blocks - bfree) * bsize, free: bavail * bsize, total: blocks * bsize };
}

/** Refuses with `quota-exceeded` where `size` more bytes (at least one, if it is not known) wouldn't leave the reserve free. */
export async function requireRoom(folder: string, size: number | undefined): Promise<void> {
  const { free, total } = await diskUsage(folder);
  if (free === undefined || total === undefined) return;
  const small = size !== undefined && size <= smallObject;
  const reserve = small ? 0 : Math.min(largestReserve, Math.floor(total / 100));
  if (free - reserve >= (size ?? 1)) return;
  const needed = size === undefined ? '' : `, ${inMebibytes(size)} are needed`;
  const kept = reserve === 0 ? '' : `, of which ${inMebibytes(reserve)} are kept free`;
  throw new ProviderError(
    'quota-exceeded',
    `There is no space left in ${JSON.stringify(folder)}: ${inMebibytes(free)} are free${kept}${needed}.`,
  );
}

function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}
