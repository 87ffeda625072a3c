/**
 * The path by which an index finds an entry: without `./` before it and `/` behind it, which come and go with the writer;
 * `''` for the archive's own folder.
 */
export function plainPath(path: string): string {
  let start = 0;
  while (path.charCodeAt(start) === dot && path.charCodeAt(start + 1) === slash) {
    start += 2;
    while (path.charCodeAt(start) === slash) start += 1;
  }
  let end = path.length;
  while (end > start && path.charCodeAt(end - 1) === slash) end -= 1;
  const plain = start === 0 && end === path.length ? path : path.slice(start, end);
  return plain === '.' ? '' : plain;
}

const dot = 0x2e;
const slash = 0x2f;

/**
 * The order in which a tree is walked: a folder before what is in it, and the names of a folder by their UTF-16 code units.
 * That is the order of the code units if `/` came before all of them.
 */
export function comparePaths(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a !== b) return (a === slash ? -1 : a) - (b === slash ? -1 : b);
  }
  return one.length - other.length;
}

/** Whether `path` is `folder` or below it. Everything is below `''`. */
export function isWithin(path: string, folder: string): boolean {
  if (folder === '') return true;
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === slash);
}

/** The name in `folder` that leads to `path`, which is below it. */
export function childOf(path: string, folder: string): string {
  const start = folder === '' ? 0 : folder.length + 1;
  const end = path.indexOf('/', start);
  return end === -1 ? path : path.slice(0, end);
}
