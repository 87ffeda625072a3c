import { inspect } from 'node:util';
import type { FatalError } from '../protocol/child-message.js';

const maxMessage = 4 * 1024;
const stackLines = 12;

/** What to tell of an exception that nobody caught. */
export function toFatalError(error: unknown): FatalError {
  if (!(error instanceof Error)) return { name: typeof error, message: textOf(error), stack: '' };
  // A provider may have put anything there.
  const { name, message, stack }: { name?: unknown; message?: unknown; stack?: unknown } = error;
  return { name: textOf(name), message: textOf(message), stack: textOf(stack).split('\n', stackLines).join('\n') };
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : inspect(value)).slice(0, maxMessage);
}
