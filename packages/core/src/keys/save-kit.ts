import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isErrno, syncFolder } from '../base/atomic-file.js';
import { keyError } from './errors.js';
import type { KitContents } from './kit-contents.js';
import { kitHtml } from './kit-html.js';
import { kitText } from './kit-text.js';

export interface SavedKitFiles {
  readonly textPath: string;
  readonly htmlPath: string;
}

/** Writes the kit into a folder as text and as a page, for its owner alone. Replaces nothing. @throws `kit-not-written` */
export async function saveKit(kit: KitContents, folder: string): Promise<SavedKitFiles> {
  const qrCode = await drawQrCode(kit.key);
  const target = resolve(folder);
  for (let number = 1; ; number += 1) {
    const name = join(target, kitName(kit, number));
    const files: SavedKitFiles = { textPath: `${name}.txt`, htmlPath: `${name}.html` };
    try {
      await writeNew(files.textPath, kitText(kit));
      await writeNew(files.htmlPath, kitHtml(kit, qrCode));
      await syncFolder(target);
      return files;
    } catch (error) {
      if (isErrno(error, 'EEXIST')) continue;
      const reason = isErrno(error, 'ENOENT') ? 'there is no such folder' : error instanceof Error ? error.message : String(error);
      throw keyError('kit-not-written', { folder: target, reason }, error);
    }
  }
}

function kitName(kit: KitContents, number: number): string {
  const instance = kit.instance.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const name = ['holdfast-emergency-kit', instance.slice(0, 40), kit.createdAt.slice(0, 10)].filter((part) => part !== '').join('-');
  return number === 1 ? name : `${name}-${number}`;
}

async function writeNew(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function drawQrCode(text: string): Promise<string> {
  // Loaded here: only saving a kit needs it.
  const { default: qrcode } = await import('qrcode');
  return qrcode.toString(text, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' });
}
