/** Why something was not restored as the backup has it. */
export type RestoreProblemCode =
  | 'outside-target'
  | 'through-link'
  | 'unsafe-name'
  | 'exists'
  | 'duplicate'
  | 'device'
  | 'no-space'
  | 'owner'
  | 'mode'
  | 'link'
  | 'write-failed';

export type SafePath = { readonly parts: readonly string[] } | { readonly refused: 'outside-target' | 'unsafe-name' };

const windowsReserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * A member's path as the names of the folders on the way and of itself. Nothing that could leave the target gets through:
 * what is not a plain relative path is refused, not repaired, since a repaired name may hit another entry's.
 */
export function safePath(path: string, platform: NodeJS.Platform = process.platform): SafePath {
  if (path.includes('\0')) return { refused: 'unsafe-name' };
  if (path.startsWith('/')) return { refused: 'outside-target' };
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { refused: 'outside-target' };
  if (platform === 'win32' && parts.some(isUnsafeOnWindows)) return { refused: 'unsafe-name' };
  return { parts };
}

function isUnsafeOnWindows(name: string): boolean {
  return /[<>:"|?*\\\u0001-\u001f]/.test(name) || /[. ]$/.test(name) || windowsReserved.test(name);
}
