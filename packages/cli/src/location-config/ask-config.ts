import type { Colors } from '../output/colors.js';
import { safeText } from '../output/safe-text.js';
import { askChoice, askSecret, askText, askYesNo } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { parseSetting, type ProviderConfig } from './config-from-options.js';
import type { ProviderField } from './provider-fields.js';

/**
 * Asks for settings, one question each, drawn from the schema. An optional one may be left empty. `before` holds what was
 * given so far, to start from.
 */
export async function askConfig(
  context: CommandContext,
  fields: readonly ProviderField[],
  before: ProviderConfig,
): Promise<ProviderConfig> {
  const config = { ...before };
  for (const field of fields) {
    const value = await askSetting(context, field, before[field.name] ?? field.default);
    if (value === undefined) delete config[field.name];
    else config[field.name] = value;
  }
  return config;
}

async function askSetting(context: CommandContext, field: ProviderField, initial: unknown): Promise<unknown> {
  const message = question(field, context.terminal.noteColors);
  const missing = (text: string): string | undefined => (field.required && text.trim() === '' ? 'This is needed.' : undefined);
  if (field.secret) return nothingIfEmpty(await askSecret(context, message, missing));
  if (field.type === 'boolean') return askYesNo(context, message, initial === true);
  if (field.choices !== undefined && field.choices.length > 0 && field.required) {
    return askChoice(
      context,
      message,
      field.choices.map((value) => ({ value, label: value })),
    );
  }
  const check = (text: string): string | undefined =>
    missing(text) ??
    (text !== '' && field.type !== 'list' && parseSetting(field, text) === undefined ? 'This must be a number.' : undefined);
  const text = await askText(context, message, {
    check,
    ...(initial === undefined ? {} : { initial: typeof initial === 'string' ? initial : JSON.stringify(initial) }),
  });
  if (text === '') return undefined;
  return field.type === 'list' ? text.split(',').map((part) => part.trim()) : parseSetting(field, text);
}

function question({ title, description, required }: ProviderField, colors: Colors): string {
  const remark = description === undefined ? '' : `\n${colors.gray('│')}  ${colors.dim(safeText(description))}`;
  return `${safeText(title)}${required ? '' : ' (optional)'}${remark}`;
}

function nothingIfEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
