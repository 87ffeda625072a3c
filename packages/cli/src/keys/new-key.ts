import { commandError } from '../errors.js';
import { askSecret } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { keyFromFile } from './given-key.js';

const keyVariable = 'HOLDFAST_NEW_KEY';

/**
 * The key that something is to be encrypted with: from a file, the environment, or typed twice. It is taken exactly as it is.
 *
 * @throws `new-key-needed` where there is none and nobody to ask
 */
export async function newKey(context: CommandContext, keyFile: string | undefined, environment = process.env): Promise<string> {
  if (keyFile !== undefined) return keyFromFile(keyFile);
  const variable = environment[keyVariable];
  if (variable !== undefined && variable !== '') return variable;
  if (!context.terminal.interactive) throw commandError('new-key-needed', {});
  const typed = await askSecret(context, 'New key or password for the result', (text) =>
    text === '' ? 'It can not be empty.' : undefined,
  );
  await askSecret(context, 'The same once more', (text) => (text === typed ? undefined : 'That is another one.'));
  return typed;
}
