import { type ProviderField, providerFields } from '../location-config/provider-fields.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';

/** The settings of a provider, below the help of `location add`. */
export async function showProviderHelp(context: CommandContext, id: string): Promise<undefined> {
  const { providers } = await context.host('shared');
  const type = providers.type(id);
  const fields = providerFields(type.configSchema, type.secretFields);
  const { colors } = context.terminal;
  const terms = fields.map(termOf);
  const width = Math.max(0, ...terms.map(({ length }) => length));
  const lines = fields.map((field, index) => `  ${colors.cyan((terms[index] ?? '').padEnd(width))}  ${describe(field)}`);
  context.terminal.answer({ provider: id, fields }, () => ['', colors.bold(`Settings of ${safeText(type.label)}:`), ...lines].join('\n'));
}

function termOf({ option, type, secret, name }: ProviderField): string {
  if (secret) return `"${name}" in a file, or asked`;
  return type === 'boolean' ? option : `${option} <${type === 'string' ? 'text' : type}>`;
}

function describe({ title, description, required, choices, default: preset }: ProviderField): string {
  const remarks = [
    ...(required ? ['needed'] : []),
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(preset === undefined || preset === '' ? [] : [`default: ${typeof preset === 'string' ? preset : JSON.stringify(preset)}`]),
  ];
  return safeText(`${description ?? title}${remarks.length === 0 ? '' : ` (${remarks.join('; ')})`}`);
}
