import { commandError } from '../errors.js';
import { askSecret } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { keyFromFile } from './given-key.js';

/**
 * The passphrase of a file with secrets: from a file, or typed; twice if it is a new one.
 *
 * @throws `passphrase-needed` where there is none and nobody to ask
 */
export async function passphraseFor(context: CommandContext, file: string | undefined, isNew: boolean): Promise<string> {
  if (file !== undefined) return keyFromFile(file);
  if (!context.terminal.interactive) throw commandError('passphrase-needed', {});
  return askPassphrase(context, isNew ? 'New passphrase for the secrets in the file' : 'Passphrase of the secrets in the file', isNew);
}

/** A typed passphrase; typed twice if it is a new one. */
export async function askPassphrase(context: Pick<CommandContext, 'signal'>, message: string, isNew: boolean): Promise<string> {
  const typed = await askSecret(context, message, (text) => (text === '' ? 'It can not be empty.' : undefined));
  if (isNew) await askSecret(context, 'The same once more', (text) => (text === typed ? undefined : 'That is another one.'));
  return typed;
}
