import { open, rm } from 'node:fs/promises';
import { isErrno } from '../base/atomic-file.js';

/** Writes a new file for its owner alone, synced. `false` if there is a file of that name. What can't be written whole is removed: it may hold a key. */
export async function createFile(path: string, content: string): Promise<boolean> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return true;
}
