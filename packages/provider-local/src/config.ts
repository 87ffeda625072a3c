import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import type { FieldError } from '@holdfast/core/provider-api';
import { fsError, isErrno } from './fs-error.js';

/** As `schemas/local.json` describes it. */
export interface LocalConfig {
  readonly path: string;
}

/** Why the folder can't be used; empty if it can. Changes nothing. */
export async function validateConfig({ path }: LocalConfig): Promise<readonly FieldError[]> {
  const message = textFault(path) ?? (await folderFault(path));
  return message === undefined ? [] : [{ field: 'path', message }];
}

function textFault(path: string): string | undefined {
  if (path.includes('\0')) return 'A path holds no zero character.';
  if (isAbsolute(path)) return undefined;
  const hint = path.startsWith('~') ? ' Write the home folder out instead of "~".' : '';
  const example = process.platform === 'win32' ? 'D:\\Backups' : '/mnt/backups';
  return `${JSON.stringify(path)} is not a full path, such as ${JSON.stringify(example)}.${hint}`;
}

async function folderFault(path: string): Promise<string | undefined> {
  const kind = await kindOf(path);
  if (kind === 'other') return `${JSON.stringify(path)} is not a folder.`;
  if (kind === 'folder') return accessFault(path, 'The folder');
  const above = dirname(path);
  if ((await kindOf(above)) === 'folder') return accessFault(above, 'The folder above it,');
  return `Neither the folder nor the one above it, ${JSON.stringify(above)}, exists. Is the disk or share mounted?`;
}

async function kindOf(path: string): Promise<'folder' | 'other' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return 'nothing';
    throw fsError(error, 'Looking for the folder', path);
  }
}

async function accessFault(path: string, subject: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const folder = JSON.stringify(path);
    if (isErrno(error, 'EROFS')) return `${subject} ${folder} is on a file system that is mounted read-only.`;
    if (isErrno(error, 'EACCES', 'EPERM')) return `${subject} ${folder} may not be read and written by the account that runs Holdfast.`;
    throw fsError(error, 'Looking at the folder', path);
  }
}
