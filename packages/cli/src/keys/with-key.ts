import { shortFingerprint } from '@holdfast/core';
import { reportOf } from '../output/error-report.js';
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
          `${wanted(details['keyFingerprint'])} can be handed over with --key-file FILE, --key-stdin or the HOLDFAST_KEY environment variable.`,
        );
        throw error;
      }
      if (code === 'wrong-key') context.terminal.note(message);
      passwords.push(await askSecret(context, question(details['keyFingerprint'])));
    }
  }
}

const given = new WeakMap<KeyOptions, Promise<string[]>>();

/** Read once for a command, which may ask for several backups: standard input comes only once, and what was typed may fit the next one too. */
function keysFor(options: KeyOptions): Promise<string[]> {
  const known = given.get(options) ?? givenKeys(options, process.env, process.stdin);
  given.set(options, known);
  return known;
}

function wanted(fingerprint: unknown): string {
  return typeof fingerprint === 'string' ? `The key ${shortFingerprint(fingerprint)}` : 'A key';
}

function question(fingerprint: unknown): string {
  const which = typeof fingerprint === 'string' ? ` ${shortFingerprint(fingerprint)}` : '';
  return `Encryption key${which} from the emergency kit, or the backup's password`;
}
