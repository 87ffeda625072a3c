import { readFile } from 'node:fs/promises';
import { commandError } from '../errors.js';
import { textFrom } from '../keys/given-key.js';

/** What a JSON file holds, or from standard input for `-`. @throws `file-unreadable`, `file-not-json`; neither shows the content */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const shown = path === '-' ? 'standard input' : path;
  const text = path === '-' ? await textFrom(process.stdin) : await readText(path);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message would quote the text, and with it a secret.
    throw commandError('file-not-json', { path: shown, cause: 'it can’t be parsed' });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw commandError('file-not-json', { path: shown, cause: 'it holds something else' });
  }
  return { ...parsed };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw commandError('file-unreadable', { path, cause: error instanceof Error ? error.message : String(error) });
  }
}
