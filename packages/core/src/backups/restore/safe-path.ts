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
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') return { refused: 'outside-target' };
    if (part !== '' && part !== '.') parts.push(part);
  }
  if (platform === 'win32' && parts.some(isUnsafeOnWindows)) return { refused: 'unsafe-name' };
  return { parts };
}

/** Whether this is one name that {@link safePath} lets through as it is. */
export function isSafeName(name: string, platform: NodeJS.Platform = process.platform): boolean {
  const isName = name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
  return isName && !(platform === 'win32' && isUnsafeOnWindows(name));
}

function isUnsafeOnWindows(name: string): boolean {
  return /[<>:"|?*\\\u0001-\u001f]/.test(name) || /[. ]$/.test(name) || windowsReserved.test(name);
}
