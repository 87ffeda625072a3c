import { realpath } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import type { Place } from '@holdfast/core/provider-api';
import type { LocalConfig } from './config.js';

/** Where the folder really is, whichever links lead to it, and also if it is yet to be made. */
export async function placeOfFolder({ path }: LocalConfig): Promise<Place> {
  const real = await realPath(resolve(path));
  // Windows finds a folder in whichever case its name is written.
  const known = process.platform === 'win32' ? real.toLowerCase() : real;
  const { root } = parse(known);
  return { root: `file:${root.split(sep).join('/')}`, path: known.slice(root.length).split(sep).join('/') };
}

/** The folder without links; of one that is not there, or may not be looked at, as far up as can be told. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPath(above), basename(path));
  }
}
