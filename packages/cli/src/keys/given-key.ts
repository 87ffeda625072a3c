import { readFile } from 'node:fs/promises';
import { commandError } from '../errors.js';

/** How a key can be handed over. It is never an argument: every user of a machine can read those. */
export interface KeyOptions {
  readonly keyFile?: string;
  readonly keyStdin?: boolean;
}

const keyVariable = 'HOLDFAST_KEY';

/** The keys that were handed over: by file, standard input and environment. */
export async function givenKeys(
  options: KeyOptions,
  environment: NodeJS.ProcessEnv,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<string[]> {
  const keys: string[] = [];
  if (options.keyFile !== undefined) keys.push(await keyFromFile(options.keyFile));
  if (options.keyStdin === true) keys.push(firstLine(await textFrom(stdin), 'standard input'));
  const variable = environment[keyVariable];
  if (variable !== undefined && variable !== '') keys.push(variable);
  return keys;
}

/** The key on the first line of a file. */
export async function keyFromFile(path: string): Promise<string> {
  return firstLine(await textOf(path), path);
}

/** The line as it stands: a password of a foreign backup may start or end with a space. */
function firstLine(text: string, source: string): string {
  const line = text.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0] ?? '';
  if (line.trim() === '') throw commandError('key-missing', { source });
  return line;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw commandError('file-unreadable', { path, cause: error instanceof Error ? error.message : String(error) });
  }
}

/** All of a stream as text. */
export async function textFrom(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
