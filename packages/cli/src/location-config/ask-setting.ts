import type { Colors } from '../output/colors.js';
import { safeText } from '../output/safe-text.js';
import { askChoice, askSecret, askText, askYesNo } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { parseSetting } from './config-from-options.js';
import type { ProviderField } from './provider-fields.js';

/**
 * Asks for one setting, as its field of the schema has it; `undefined` for one that is left out. `initial` is what to start from.
 * A secret that is `kept` is known already, and stays if nothing is typed.
 */
export async function askSetting(context: CommandContext, field: ProviderField, initial: unknown, kept: boolean): Promise<unknown> {
  const message = question(field, kept, context.terminal.noteColors);
  const missing = (text: string): string | undefined => (field.required && text.trim() === '' ? 'This is needed.' : undefined);
  if (field.secret) return nothingIfEmpty(await askSecret(context, message, kept ? undefined : missing)) ?? initial;
  if (field.type === 'boolean') return askYesNo(context, message, initial === true);
  if (field.choices !== undefined && field.choices.length > 0 && field.required) {
    return askChoice(
      context,
      message,
      field.choices.map((value) => ({ value, label: safeText(value) })),
      typeof initial === 'string' ? initial : undefined,
    );
  }
  const check = (text: string): string | undefined =>
    missing(text) ??
    (text !== '' && field.type !== 'list' && parseSetting(field, text) === undefined ? 'This must be a number.' : undefined);
  const text = await askText(context, message, {
    check,
    placeholder: field.placeholder,
    ...(initial === undefined ? {} : { initial: textOf(initial) }),
  });
  if (text === '') return undefined;
  return field.type === 'list' ? text.split(',').map((part) => part.trim()) : parseSetting(field, text);
}

function question({ title, description, required }: ProviderField, kept: boolean, colors: Colors): string {
  const remark = description === undefined ? '' : `\n${colors.gray('│')}  ${colors.dim(safeText(description))}`;
  return `${safeText(title)}${kept ? ' (stays as it is if left empty)' : required ? '' : ' (optional)'}${remark}`;
}

/** As it would be typed. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function nothingIfEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
