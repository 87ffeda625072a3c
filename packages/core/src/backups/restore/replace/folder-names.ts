import { chmodSync, readdirSync } from 'node:fs';
import { decodeName, toFsPath } from '../../../base/file-name.js';

/** The names in a folder, whatever bytes they are, in order. */
export function namesIn(folder: string): string[] {
  return readdirSync(toFsPath(folder), { encoding: 'buffer' }).map(decodeName).sort();
}

/** Lets the owner write to all folders of a tree. */
export function openUpFolders(folder: string): void {
  chmodSync(toFsPath(folder), 0o700);
  for (const entry of readdirSync(toFsPath(folder), { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) openUpFolders(`${folder}/${decodeName(entry.name)}`);
  }
}

/** What is in a folder; links are not followed. */
export function namesAndKindsIn(folder: string): { readonly name: string; readonly kind: 'file' | 'folder' | 'other' }[] {
  return readdirSync(toFsPath(folder), { withFileTypes: true, encoding: 'buffer' }).map((entry) => ({
    name: decodeName(entry.name),
    kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
  }));
}
