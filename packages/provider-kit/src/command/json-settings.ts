import { readFile } from 'node:fs/promises';
import type { JsonRecord } from '@holdfast/core/provider-api';
import { isRecord } from '../json.js';
import { CommandError, exitCodes, messageOf } from './command-error.js';

/** The settings in a file. */
export async function readSettings(path: string): Promise<JsonRecord> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError('file-unreadable', `${path} can't be read: ${messageOf(error)}`, 'Check the path.', exitCodes.badUsage, error);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // A parser's message quotes the text, and with it a secret.
  }
  const remedy = 'It should have the settings of one location, secrets included: {"folder": "/tmp/scratch"}.';
  throw new CommandError('file-not-json', `${path} is not a JSON object.`, remedy, exitCodes.badUsage);
}
