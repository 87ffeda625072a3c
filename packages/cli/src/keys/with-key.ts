import { shortFingerprint } from '@holdfast/core';
import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { askSecret } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { givenKeys, type KeyOptions } from './given-key.js';

const attempts = 3;

/**
 * Does something that may need a key which this host doesn't have: with the keys that were handed over, and where
 * those don't fit and somebody is there, with what is typed, up to three times.
 */
export async function withKey<Result>(
  context: CommandContext,
  options: KeyOptions,
  attempt: (passwords: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const passwords = await keysFor(options);
  for (let asked = 0; ; asked += 1) {
    try {
      return await attempt(passwords);
    } catch (error) {
      const { code, message, details } = reportOf(error);
      if ((code !== 'wrong-key' && code !== 'key-needed') || asked === attempts) throw error;
      if (!context.terminal.interactive) {
        context.terminal.note(
          `${wanted(details)} can be handed over with --key-file FILE, --key-stdin or the HOLDFAST_KEY environment variable.`,
        );
        throw error;
      }
      if (code === 'wrong-key') context.terminal.note(message);
      passwords.push(await askSecret(context, question(details)));
    }
  }
}

const given = new WeakMap<KeyOptions, Promise<string[]>>();

/**
 * Read once for a command, which may ask for several backups: standard input comes only once, and what was typed may fit the next one
 * too.
 */
function keysFor(options: KeyOptions): Promise<string[]> {
  const known = given.get(options) ?? givenKeys(options, process.env, process.stdin);
  given.set(options, known);
  return known;
}

interface WantedKey {
  readonly keyFingerprint?: unknown;
  /** Of the backup, when that key was in use. */
  readonly backupDate?: unknown;
}

function wanted(key: WantedKey): string {
  const named = nameOf(key);
  return named === '' ? 'A key' : `The key ${named},`;
}

/** Who has several kits finds the right one by its fingerprint, or by the day: it is that of the key that was in use then. */
function question(key: WantedKey): string {
  const named = nameOf(key);
  return `Encryption key${named === '' ? '' : ` ${named},`} from its emergency kit, or the backup's password`;
}

function nameOf({ keyFingerprint, backupDate }: WantedKey): string {
  const name = typeof keyFingerprint === 'string' ? [shortFingerprint(keyFingerprint)] : [];
  const used = typeof backupDate === 'string' ? [`in use on ${backupDate.slice(0, 10)}`] : [];
  return [...name, ...used].map(safeText).join(', ');
}
