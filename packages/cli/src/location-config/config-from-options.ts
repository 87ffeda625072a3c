import { resolve } from 'node:path';
import { commandError } from '../errors.js';
import type { ProviderField } from './provider-fields.js';

export type ProviderConfig = Record<string, unknown>;

/**
 * The settings that were given as options: `--name value`, `--name=value`, and `--flag` or `--no-flag` for yes and no. What a value
 * must be beyond its type is the schema's business, and checked by the core.
 *
 * @throws `bad-usage`, `secret-argument`; neither repeats a value
 */
export function configFromOptions(provider: string, fields: readonly ProviderField[], args: readonly string[]): ProviderConfig {
  const config: ProviderConfig = {};
  const badUsage = (what: string): Error => commandError('bad-usage', { what, help: `holdfast location add ${provider} --help` });
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    const equals = argument.indexOf('=');
    const option = equals < 0 ? argument : argument.slice(0, equals);
    if (!option.startsWith('--')) throw badUsage('what follows the provider must be options');
    const negated = fields.find((field) => field.type === 'boolean' && `--no-${field.option.slice(2)}` === option);
    const field = fields.find((candidate) => candidate.option === option);
    if (negated !== undefined) {
      config[negated.name] = false;
    } else if (field === undefined) {
      throw badUsage(`the provider "${provider}" has no option ${option}; it has ${list(fields)}`);
    } else if (field.secret) {
      throw secretArgument(option, field.name);
    } else if (field.type === 'boolean' && equals < 0) {
      config[field.name] = true;
    } else {
      const value = equals < 0 ? args[(at += 1)] : argument.slice(equals + 1);
      if (value === undefined) throw badUsage(`the option ${option} needs a value`);
      setValue(config, field, value, () => badUsage(`the option ${option} takes ${kindOf(field)}`));
    }
  }
  return config;
}

/** A secret stood on the command line, as the value of `option`. */
export function secretArgument(option: string, name: string): Error {
  const instead = `Leave it out to be asked for it, or use --secrets-file FILE with {"${name}": "..."}.`;
  return commandError('secret-argument', { option, instead });
}

function setValue(config: ProviderConfig, field: ProviderField, value: string, wrong: () => Error): void {
  if (field.type === 'list') config[field.name] = [...listOf(config[field.name]), value];
  else config[field.name] = parseSetting(field, value) ?? fail(wrong());
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A setting's value from its text; `undefined` if the text can't be one. */
export function parseSetting(field: ProviderField, text: string): string | number | boolean | undefined {
  switch (field.type) {
    case 'integer':
      return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : undefined;
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' || text === 'yes' ? true : text === 'false' || text === 'no' ? false : undefined;
    default:
      return field.isPath && text !== '' ? resolve(text) : text;
  }
}

function kindOf(field: ProviderField): string {
  return field.type === 'integer' ? 'a whole number' : field.type === 'number' ? 'a number' : 'true or false';
}

function list(fields: readonly ProviderField[]): string {
  const options = fields.filter((field) => !field.secret).map((field) => field.option);
  return options.length === 0 ? 'none' : options.join(', ');
}

function fail(error: Error): never {
  throw error;
}
