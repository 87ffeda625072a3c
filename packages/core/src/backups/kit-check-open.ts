import { openInnerArchive } from '../archive/open-inner-archive.js';
import { memberKind } from '../archive/outer-members.js';
import { scanBackup } from '../archive/scan-backup.js';
import { RootKeys } from '../archive/securetar/root-keys.js';
import { archiveError } from '../archive/errors.js';
import { noKeys } from '../keys/no-keys.js';
import { idOfBackupKey } from './backup-name.js';
import { openStoredBackup } from './open-backup.js';
import type { BackupServices } from './services.js';
import type { BackupCopy } from './summary.js';

const pieceBytes = 64 * 1024;

/**
 * Opens the first archive of a copy as far as its first file, with that key and none of the host's. Reads some kilobytes, of a sealed
 * backup the MiB that they lie in.
 *
 * @throws `wrong-key`, or what else keeps it from being opened
 */
export async function openWithKeyAlone(services: BackupServices, copy: BackupCopy, key: string, signal: AbortSignal): Promise<void> {
  const { locations } = services;
  const record = locations.get(copy.id);
  // As on a new machine that has this location and this kit, and nothing else.
  const alone: BackupServices = { ...services, keys: noKeys, locations: { ...locations, list: () => [record] } };
  const named = idOfBackupKey(copy.key) ?? copy.key;
  const backup = await openStoredBackup(alone, named, { location: copy.id, passwords: [key] }, signal);
  const read = (offset: number, length: number) => backup.read(offset, length, signal);
  const { members } = await scanBackup(read, backup.size);
  const rootKeys = new RootKeys();
  for (const member of members) {
    const kind = memberKind(member.name);
    if (kind !== 'inner-archive') continue;
    await using archive = await openInnerArchive({ ...member, kind, body: pieces(read, member) }, backup.passwords, { rootKeys });
    if (archive.password !== undefined) return;
  }
  throw archiveError('not-a-backup', { what: 'it holds nothing that is encrypted' });
}

async function* pieces(
  read: (offset: number, length: number) => Promise<Buffer>,
  { offset, size }: { readonly offset: number; readonly size: number },
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < size; at += pieceBytes) yield await read(offset + at, Math.min(pieceBytes, size - at));
}
