import { type FileHandle, open } from 'node:fs/promises';
import { isErrno, isWithheld } from './fs-error.js';

// What file systems without the notion answer, network shares and FUSE among them.
const notOffered = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'];

/** Returns when the file's bytes survive a power cut, as far as the file system offers that. */
export async function syncFile(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    if (!isErrno(error, ...notOffered)) throw error;
  }
}

/** Makes the names in a folder survive a power cut, as far as the file system offers that. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  let folder: FileHandle;
  try {
    folder = await open(path, 'r');
  } catch (error) {
    // A folder that may be written to but not read: its names can't be synced by us.
    if (isErrno(error, 'EACCES', 'EPERM') || isWithheld(error)) return;
    throw error;
  }
  try {
    await syncFile(folder);
  } finally {
    await folder.close();
  }
}
