import type { FlowKind, ShownForm } from '@holdfast/core';
import { commandError } from '../errors.js';
import { askSetting } from '../location-config/ask-setting.js';
import type { ProviderConfig } from '../location-config/config-from-options.js';
import { type GivenValues, isGivenFor, settledFields, type ValuesForForm, valuesForForm } from '../location-config/given-values.js';
import { type ProviderField, providerFields } from '../location-config/provider-fields.js';
import { safeText } from '../output/safe-text.js';
import { askYesNo } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { fieldsToAsk } from './fields-to-ask.js';

export interface FormAsking {
  readonly given: GivenValues;
  readonly kind: FlowKind;
  /** What was answered already, if that could not be used as a whole: then all is open again. */
  readonly before: ProviderConfig | undefined;
}

/**
 * Asks the questions of a form, one for each field that needs an answer. If the form comes back with errors, only what was wrong is
 * asked again.
 */
export async function askForm(context: CommandContext, step: ShownForm, { given, kind, before }: FormAsking): Promise<ProviderConfig> {
  const fields = providerFields(step.schema, step.secretFields);
  const wrong = step.errors.map(({ field }) => field);
  const fresh = wrong.length === 0 && before === undefined;
  const beforehand = fresh ? usable(context, valuesForForm(given, fields, settledFields(kind, step))) : before;
  const answer: ProviderConfig = { ...step.values, ...beforehand };
  // A wrong secret is not shown, so it must not stay by just pressing Enter.
  const kept = [...step.keptSecrets, ...Object.keys(before ?? {})].filter(
    (name) => step.secretFields.includes(name) && !wrong.includes(name),
  );
  tellErrors(context, step, fields);
  const situation = { wrong, known: [...Object.keys(answer), ...kept], startsFromGiven: fresh && isGivenFor(given, fields) };
  const { first, onRequest } = fieldsToAsk(fields, situation);
  if (first.length + onRequest.length === 0 && wrong.length > 0) throw unanswerable(wrong);
  await askInto(context, answer, first, kept);
  if (onRequest.length > 0) {
    const names = onRequest.map(({ title }) => safeText(title)).join(', ');
    if (await askYesNo(context, `Also set what few need: ${names}?`)) await askInto(context, answer, onRequest, kept);
  }
  return answer;
}

async function askInto(
  context: CommandContext,
  answer: ProviderConfig,
  fields: readonly ProviderField[],
  kept: readonly string[],
): Promise<void> {
  for (const field of fields) {
    const value = await askSetting(context, field, answer[field.name] ?? field.default, kept.includes(field.name));
    if (value === undefined) delete answer[field.name];
    else answer[field.name] = value;
  }
}

/** What was given, with a word about what came from the environment: nobody typed that just now. */
function usable(context: CommandContext, { values, fromEnvironment }: ValuesForForm): ProviderConfig {
  if (fromEnvironment.length > 0) {
    const taken = fromEnvironment.map(([field, variable]) => `${safeText(field)} (${variable})`).join(', ');
    context.terminal.note(`From the environment: ${taken}`);
  }
  return values;
}

function tellErrors({ terminal }: CommandContext, { errors }: ShownForm, fields: readonly ProviderField[]): void {
  for (const { field, message } of errors) {
    const title = fields.find(({ name }) => name === field)?.title;
    const place = field === 'base' ? '' : `${safeText(title ?? field)}: `;
    terminal.warn(`${terminal.noteColors.yellow('!')} ${place}${safeText(message)}`);
  }
}

function unanswerable(wrong: readonly string[]): Error {
  return commandError('bad-usage', {
    what: `these settings can’t be typed in, and have to come from --config FILE: ${wrong.join(', ')}`,
    help: 'holdfast location add --help',
  });
}
