import type { CANCEL_SYMBOL } from '@clack/prompts';
import type { CommandContext } from '../run/context.js';
import { commandError } from '../errors.js';

/** One of several values to choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

type Check = (text: string) => string | undefined;

/** Asks for a line of text. All questions go to standard error: standard output is for answers. */
export async function askText(
  context: CommandContext,
  message: string,
  options: { readonly initial?: string; readonly placeholder?: string | undefined; readonly check?: Check } = {},
): Promise<string> {
  const { text } = await import('@clack/prompts');
  const answer = await text({
    ...common(context, message),
    ...(options.initial === undefined ? {} : { initialValue: options.initial }),
    ...(options.placeholder === undefined ? {} : { placeholder: options.placeholder }),
    validate: (value) => options.check?.(value ?? ''),
  });
  // What nothing was typed into is `undefined`.
  return taken(answer ?? '');
}

/** Asks for something that is not shown. */
export async function askSecret(context: Pick<CommandContext, 'signal'>, message: string, check?: Check): Promise<string> {
  const { password } = await import('@clack/prompts');
  return taken((await password({ ...common(context, message), mask: '*', validate: (value) => check?.(value ?? '') })) ?? '');
}

export async function askYesNo(context: CommandContext, message: string, initial = false): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  return taken(await confirm({ ...common(context, message), initialValue: initial }));
}

export async function askChoice(context: CommandContext, message: string, choices: readonly Choice[], initial?: string): Promise<string> {
  const { select } = await import('@clack/prompts');
  const start = choices.some(({ value }) => value === initial) && initial !== undefined ? { initialValue: initial } : {};
  return taken(await select<string>({ ...common(context, message), options: [...choices], ...start }));
}

/** Waits until somebody has read something. */
export async function askToGoOn(context: CommandContext, message: string): Promise<void> {
  await askText(context, message);
}

/**
 * Makes sure that something is wanted before it can't be undone: `--yes`, or yes to the question.
 *
 * @throws `confirmation-needed` where nobody can be asked; `cancelled` after a no
 */
export async function confirm(context: CommandContext, question: string): Promise<void> {
  if (context.yes) return;
  if (!context.terminal.interactive) throw commandError('confirmation-needed', { question });
  if (!(await askYesNo(context, question))) throw declined();
}

function common(
  context: Pick<CommandContext, 'signal'>,
  message: string,
): { message: string; output: NodeJS.WriteStream; signal: AbortSignal } {
  return { message, output: process.stderr, signal: context.signal };
}

function taken<T extends string | boolean>(answer: T | typeof CANCEL_SYMBOL): T {
  if (typeof answer === 'symbol') throw declined();
  return answer;
}

/** Somebody said no, or pressed Ctrl-C at a question. */
export function declined(): Error {
  return commandError('cancelled', { what: 'Cancelled: nothing was changed.' });
}
