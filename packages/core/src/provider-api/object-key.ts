const part = /^(?!\.)[A-Za-z0-9._-]{1,250}(?<!\.)$/;
// Windows gives these to devices in every folder, whatever follows the first dot.
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
// oxlint-disable-next-line no-control-regex
const unreadable = /^$|^\.|[\u0000-\u001f\u007f\\]/;

/** True for a key under which the host stores objects; see {@link Location} for the rule. */
export function isObjectKey(key: string): boolean {
  return key.length <= 512 && key.split('/').every((name) => part.test(name) && !reserved.test(name));
}

/** True for a key that `list` may show: every object key, and the names of other programs' files where they are harmless. */
export function isReadableKey(key: string): boolean {
  return key.length <= 1024 && key.isWellFormed() && !key.split('/').some((name) => unreadable.test(name));
}
