import { ProviderError, type ProviderErrorCode } from '@holdfast/core/provider-api';

interface Cause {
  readonly code: ProviderErrorCode;
  readonly text: string;
}

const unreachable: Cause = { code: 'unavailable', text: 'the disk or the share does not answer as it should' };
const overloaded: Cause = { code: 'unavailable', text: 'this machine has too many files open' };
const notPermitted: Cause = { code: 'permission-denied', text: 'the account that runs Holdfast is not allowed to' };
const inTheWay: Cause = { code: 'internal', text: 'a folder is in the way of a file, or a file in the way of a folder' };
const full: Cause = { code: 'quota-exceeded', text: 'there is no space left' };

const causes: Readonly<Record<string, Cause>> = {
  EACCES: notPermitted,
  EPERM: notPermitted,
  ERR_ACCESS_DENIED: { code: 'permission-denied', text: 'Holdfast lets this provider into the folders of its locations alone' },
  EROFS: { code: 'permission-denied', text: 'the file system is mounted read-only' },
  ENOENT: { code: 'not-found', text: 'it is not there' },
  ENOSPC: full,
  EDQUOT: { code: 'quota-exceeded', text: 'the disk quota is used up' },
  EFBIG: { code: 'too-large', text: 'the file is larger than the file system or a limit of this process allows (FAT32 ends at 4 GiB)' },
  ENAMETOOLONG: { code: 'internal', text: 'the name is longer than the file system allows' },
  EEXIST: inTheWay,
  EISDIR: inTheWay,
  ENOTDIR: inTheWay,
  ENOTEMPTY: inTheWay,
  EIO: { code: 'unavailable', text: 'the disk or the share reported an input/output error' },
  EMFILE: overloaded,
  ENFILE: overloaded,
  EBUSY: unreachable,
  EAGAIN: unreachable,
  ENXIO: unreachable,
  ENODEV: unreachable,
  ESTALE: unreachable,
  ENOTCONN: unreachable,
  ECONNRESET: unreachable,
  ECONNABORTED: unreachable,
  EHOSTDOWN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
};

/**
 * The provider's error for one of the file system's. `doing` starts the sentence: `Writing "a.tar"`. What is not
 * the file system's error is returned as it is.
 */
export function fsError(error: unknown, doing: string, folder: string): Error {
  const code = errnoOf(error);
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  const cause = causes[code] ?? { code: 'internal', text: 'the file system reported an error that is not expected here' };
  return new ProviderError(cause.code, `${doing} in ${JSON.stringify(folder)} failed: ${cause.text} (${code}).`, { cause: error });
}

/** True where Node itself keeps this process from a path. The account that runs it might be allowed to. */
export function isWithheld(error: unknown): boolean {
  return errnoOf(error) === withheld;
}

/** True for a file system error with one of the codes. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  const code = errnoOf(error);
  return code !== undefined && codes.includes(code);
}

const withheld = 'ERR_ACCESS_DENIED';

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === withheld) return withheld;
  if (!('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
