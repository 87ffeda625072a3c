import type { FlowKind, ShownForm } from '@holdfast/core';
import { type ProviderConfig, parseSetting, secretArgument } from './config-from-options.js';
import { settingFromEnvironment } from './environment.js';
import type { ProviderField } from './provider-fields.js';

/** One `--set KEY=VALUE`. */
export interface SetSetting {
  readonly key: string;
  readonly value: string;
}

/** All that was said beforehand about the settings of a location, to be used wherever a flow asks for it. */
export interface GivenValues {
  /** From the provider's own options. */
  readonly options: ProviderConfig;
  /** From `--set`: texts, whose type only the form that asks for them knows. */
  readonly set: readonly SetSetting[];
  readonly files: ProviderConfig;
  /** The provider type's id, for the names of environment variables. */
  readonly provider: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface ValuesForForm {
  readonly values: ProviderConfig;
  /** Those that came from the environment: the setting's name and the variable's. */
  readonly fromEnvironment: readonly (readonly [field: string, variable: string])[];
}

/** The fields that have a value which the environment doesn't replace: a variable that is set for new locations must not change one that is there. */
export function settledFields(kind: FlowKind, { values, keptSecrets }: ShownForm): readonly string[] {
  return kind === 'setup' ? [] : [...Object.keys(values), ...keptSecrets];
}

/**
 * What was given for the fields of a form: options before `--set`, files and the environment. A text that can't be what the
 * field takes stays a text: the schema's check then tells it together with all else that is wrong.
 *
 * @throws `secret-argument` if a secret of the form was given by `--set`
 */
export function valuesForForm(given: GivenValues, fields: readonly ProviderField[], settled: readonly string[] = []): ValuesForForm {
  const values: ProviderConfig = {};
  const fromEnvironment: [string, string][] = [];
  for (const field of fields) {
    const texts = given.set.filter(({ key }) => isFor(key, field)).map(({ value }) => value);
    if (field.secret && texts.length > 0) throw secretArgument(`--set ${field.name}`, field.name);
    const variable = settled.includes(field.name) ? undefined : settingFromEnvironment(given.provider, field, given.environment);
    if (Object.hasOwn(given.options, field.name)) values[field.name] = given.options[field.name];
    else if (texts.length > 0) values[field.name] = typed(field, texts);
    else if (Object.hasOwn(given.files, field.name)) values[field.name] = given.files[field.name];
    else if (variable !== undefined) {
      values[field.name] = typed(field, field.type === 'list' ? variable.value.split(',').map((part) => part.trim()) : [variable.value]);
      fromEnvironment.push([field.name, variable.name]);
    }
  }
  return { values, fromEnvironment };
}

/** Was anything given that is meant for one of these fields, other than by the environment? */
export function isGivenFor(given: GivenValues, fields: readonly ProviderField[]): boolean {
  const names = namesIn(given);
  return fields.some((field) => names.some((name) => isFor(name, field)));
}

/** What a flow has asked for. */
export interface Asked {
  readonly fields: readonly ProviderField[];
  /** The ids of its steps: menus are answered under theirs. */
  readonly steps: readonly string[];
}

/** What was given under names that nothing asked for. */
export function unusedNames(given: GivenValues, asked: Asked): string[] {
  return namesIn(given).filter((name) => !asked.steps.includes(name) && !asked.fields.some((field) => isFor(name, field)));
}

function namesIn({ options, set, files }: GivenValues): string[] {
  return [...new Set([...Object.keys(options), ...set.map(({ key }) => key), ...Object.keys(files)])];
}

function typed(field: ProviderField, texts: readonly string[]): unknown {
  if (field.type === 'list') return texts;
  const last = texts.at(-1) ?? '';
  return parseSetting(field, last) ?? last;
}

/** By its name, or as the option is written. */
function isFor(key: string, field: ProviderField): boolean {
  return key === field.name || `--${key}` === field.option;
}
