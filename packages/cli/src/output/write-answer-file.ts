import { writeFile } from 'node:fs/promises';
import { commandError } from '../errors.js';

/** Writes a file that its owner alone may read. `false` if there is one already and it is not to be replaced. @throws `file-unwritable` */
export async function writeAnswerFile(path: string, text: string, replace: boolean): Promise<boolean> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: replace ? 'w' : 'wx' });
    return true;
  } catch (error) {
    if (!replace && error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw commandError('file-unwritable', { path, cause: error instanceof Error ? error.message : String(error) });
  }
}
