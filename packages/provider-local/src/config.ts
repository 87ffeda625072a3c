import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import type { FieldError } from '@holdfast/core/provider-api';
import { fsError, isErrno, isWithheld } from './fs-error.js';

/** As `schemas/local.json` describes it. */
export interface LocalConfig {
  readonly path: string;
}

/** Why the folder can't be used; empty if it can. Changes nothing. */
export async function validateConfig({ path }: LocalConfig): Promise<readonly FieldError[]> {
  const fault = textFault(path) ?? (await folderFault(path));
  return fault === undefined ? [] : [{ field: 'path', ...fault }];
}

/** A text of `package.nls.json` with what it needs. */
type Fault = Pick<FieldError, 'message' | 'placeholders'>;

function textFault(path: string): Fault | undefined {
  if (path.includes('\0')) return { message: '%local.path.zero%' };
  if (isAbsolute(path)) return undefined;
  const placeholders = { path, example: process.platform === 'win32' ? 'D:\\Backups' : '/mnt/backups' };
  return { message: path.startsWith('~') ? '%local.path.home%' : '%local.path.relative%', placeholders };
}

async function folderFault(path: string): Promise<Fault | undefined> {
  const kind = await kindOf(path);
  if (kind === 'other') return { message: '%local.path.file%', placeholders: { path } };
  if (kind === 'folder') return accessFault(path);
  const above = dirname(path);
  const kindAbove = await kindOf(above);
  if (kindAbove === 'folder') return accessFault(above);
  // Whether it is there, `open` will find out when it makes the folder in it.
  return kindAbove === 'withheld' ? undefined : { message: '%local.path.missing%', placeholders: { above } };
}

async function kindOf(path: string): Promise<'folder' | 'other' | 'nothing' | 'withheld'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return 'nothing';
    if (isWithheld(error)) return 'withheld';
    throw fsError(error, 'Looking for the folder', path);
  }
}

async function accessFault(path: string): Promise<Fault | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (isWithheld(error)) return undefined;
    if (isErrno(error, 'EROFS')) return { message: '%local.path.read-only%', placeholders: { path } };
    if (isErrno(error, 'EACCES', 'EPERM')) return { message: '%local.path.not-allowed%', placeholders: { path } };
    throw fsError(error, 'Looking at the folder', path);
  }
}
