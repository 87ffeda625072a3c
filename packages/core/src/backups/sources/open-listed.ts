import { constants, openSync } from 'node:fs';

/** Opens what a folder listed as a file. Not following and not blocking: the name may have become a link or a FIFO since. */
export function openListed(path: string | Buffer): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}
