import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isErrno, syncFolder } from '../base/atomic-file.js';
import { createFile } from './create-file.js';
import { keyError } from './errors.js';
import type { KitContents } from './kit-contents.js';
import { kitHtml } from './kit-html.js';
import { kitText } from './kit-text.js';

export interface SavedKitFiles {
  readonly textPath: string;
  readonly htmlPath: string;
}

/** Writes the kit into a folder as text and as a page, for its owner alone: both or neither. Replaces nothing. @throws `kit-not-written` */
export async function saveKit(kit: KitContents, folder: string): Promise<SavedKitFiles> {
  const text = kitText(kit);
  const html = kitHtml(kit, await drawQrCode(kit.key));
  const target = resolve(folder);
  try {
    for (let number = 1; ; number += 1) {
      const name = join(target, kitName(kit, number));
      const files: SavedKitFiles = { textPath: `${name}.txt`, htmlPath: `${name}.html` };
      if (await createBoth(files, text, html)) {
        await syncFolder(target);
        return files;
      }
    }
  } catch (error) {
    throw keyError('kit-not-written', { folder: target, reason: reasonOf(error) }, error);
  }
}

/** `false` if one of the names is taken. Never leaves one file without the other: it would hold the key where nobody looks for it. */
async function createBoth({ textPath, htmlPath }: SavedKitFiles, text: string, html: string): Promise<boolean> {
  if (!(await createFile(textPath, text))) return false;
  let both = false;
  try {
    both = await createFile(htmlPath, html);
  } finally {
    if (!both) await rm(textPath, { force: true });
  }
  return both;
}

function kitName(kit: KitContents, number: number): string {
  // Decomposed first, so that the letter stays where an accent can't: `Küche` is `kuche`.
  const instance = kit.instance.name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  const name = ['holdfast-emergency-kit', instance, kit.createdAt.slice(0, 10)].filter((part) => part !== '').join('-');
  return number === 1 ? name : `${name}-${number}`;
}

function reasonOf(error: unknown): string {
  if (isErrno(error, 'ENOENT')) return 'there is no such folder';
  if (isErrno(error, 'ENOTDIR')) return 'it is not a folder';
  if (isErrno(error, 'EACCES', 'EPERM')) return 'you may not write there';
  if (isErrno(error, 'EROFS')) return 'it is read-only';
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return 'there is no space left';
  return error instanceof Error ? error.message : String(error);
}

async function drawQrCode(text: string): Promise<string> {
  // Loaded here: only saving a kit needs it.
  const { default: qrcode } = await import('qrcode');
  return qrcode.toString(text, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' });
}
