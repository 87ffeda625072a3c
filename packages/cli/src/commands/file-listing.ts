import type { ContentEntry } from '@holdfast/core';
import type { Colors } from '../output/colors.js';
import { formatDate } from '../output/dates.js';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';

const letters: Readonly<Record<ContentEntry['type'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  fifo: 'p',
  'character-device': 'c',
  'block-device': 'b',
};

/** The entries, a line each: `source:path`, or as {@link fileLine}. */
export async function* entryLines(
  entries: AsyncIterable<ContentEntry>,
  long: boolean,
  colors: Colors,
): AsyncGenerator<string, void, undefined> {
  for await (const entry of entries) yield `${long ? fileLine(entry, colors) : nameLine(entry, colors)}\n`;
}

function nameLine({ source, path, type }: ContentEntry, colors: Colors): string {
  const name = safeText(path);
  return `${colors.cyan(safeText(source))}:${type === 'directory' ? colors.blue(name.endsWith('/') ? name : `${name}/`) : name}`;
}

/** One entry of a backup on one line, as `ls -l` has it: permissions, size, date, source and path, where a link leads. */
export function fileLine(entry: ContentEntry, colors: Colors): string {
  const size = (entry.type === 'file' ? formatBytes(entry.size) : '').padStart(7);
  const date = formatDate(new Date(entry.mtime * 1000).toISOString());
  const path = safeText(entry.path);
  const shown = entry.type === 'directory' ? colors.blue(path.endsWith('/') ? path : `${path}/`) : path;
  const link = entry.linkPath === undefined ? '' : colors.dim(` -> ${safeText(entry.linkPath)}`);
  return `${letters[entry.type]}${permissions(entry.mode)}  ${size}  ${colors.dim(date)}  ${colors.cyan(safeText(entry.source))}:${shown}${link}`;
}

/** `rwxr-x---`, with set-user-ID, set-group-ID and sticky as `ls` writes them. */
export function permissions(mode: number): string {
  const triple = (bits: number, special: boolean, letter: string): string =>
    (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + (special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-');
  return (
    triple((mode >> 6) & 7, (mode & 0o4000) !== 0, 's') +
    triple((mode >> 3) & 7, (mode & 0o2000) !== 0, 's') +
    triple(mode & 7, (mode & 0o1000) !== 0, 't')
  );
}
