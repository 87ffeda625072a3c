import { readFile } from 'node:fs/promises';
import { secretError } from './errors.js';

/** The first line of a file that holds a passphrase. @throws `secrets-passphrase-unreadable` */
export async function readPassphraseFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it can not be read';
    throw secretError('secrets-passphrase-unreadable', { path, reason: code === 'ENOENT' ? 'there is no such file' : code }, cause);
  });
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw secretError('secrets-passphrase-unreadable', { path, reason: 'its first line is empty' });
  return line;
}
