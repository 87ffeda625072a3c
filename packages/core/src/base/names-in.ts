import { readdir } from 'node:fs/promises';
import { isErrno } from './atomic-file.js';

/** The names of what is in a folder; none if it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
