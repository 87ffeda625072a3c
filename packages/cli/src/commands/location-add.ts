import type { Host, LocationRecord, ProviderType } from '@holdfast/core';
import { commandError } from '../errors.js';
import { askConfig } from '../location-config/ask-config.js';
import { readConfigFile } from '../location-config/config-file.js';
import { configFromOptions, type ProviderConfig } from '../location-config/config-from-options.js';
import { type ProviderField, providerFields } from '../location-config/provider-fields.js';
import { fieldErrors, reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { askChoice } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { describeLocation } from './describe-location.js';
import { remindOfKit } from './kit-reminder.js';

export interface LocationAddOptions {
  readonly title?: string;
  readonly configFile?: string;
  readonly secretsFile?: string;
}

const triesByHand = 3;

/** Adds a location: settings from files, then options, then questions for what is missing, where somebody is there to ask. */
export async function addLocation(
  context: CommandContext,
  provider: string | undefined,
  args: readonly string[],
  options: LocationAddOptions,
): Promise<undefined> {
  const host = await context.host();
  const type = host.providers.type(provider ?? (await chooseProvider(context, host)));
  const fields = providerFields(type.configSchema, type.secretFields);
  let config: ProviderConfig = {
    ...(options.configFile === undefined ? {} : await readConfigFile(options.configFile)),
    ...(options.secretsFile === undefined ? {} : await readConfigFile(options.secretsFile)),
    ...configFromOptions(type.id, fields, args),
  };
  if (context.terminal.interactive) {
    const nothingGiven = Object.keys(config).length === 0;
    config = await askConfig(
      context,
      fields.filter((field) => nothingGiven || (field.required && config[field.name] === undefined)),
      config,
    );
  }
  const record = await addAsking(context, host, type, fields, config, options.title);
  const location = describeLocation(host, record);
  context.terminal.report({ location }, () => {
    const { colors } = context.terminal;
    return `${colors.green('Added')} ${colors.bold(safeText(location.title))} (${location.id}): ${safeText(location.place)}`;
  });
  remindOfKit(context, host);
}

/** Adds it; what a person typed wrong is asked for again. */
async function addAsking(
  context: CommandContext,
  host: Host,
  type: ProviderType,
  fields: readonly ProviderField[],
  first: ProviderConfig,
  title: string | undefined,
): Promise<LocationRecord> {
  let config = first;
  for (let tries = 1; ; tries += 1) {
    try {
      return await host.locations.add({ provider: type.id, config, ...(title === undefined ? {} : { title }), signal: context.signal });
    } catch (error) {
      const report = reportOf(error);
      const wrong = fieldErrors(report);
      const again = fields.filter((field) => wrong.some(({ field: name }) => name === field.name));
      if (report.code !== 'config-invalid' || !context.terminal.interactive || tries === triesByHand || again.length === 0) throw error;
      for (const { field, message } of wrong)
        context.terminal.note(`${context.terminal.noteColors.yellow('!')} ${safeText(field)}: ${safeText(message)}`);
      config = await askConfig(context, again, config);
    }
  }
}

async function chooseProvider(context: CommandContext, host: Host): Promise<string> {
  if (!context.terminal.interactive) {
    throw commandError('bad-usage', { what: 'name the provider of the location', help: 'holdfast provider list' });
  }
  return askChoice(
    context,
    'Where shall backups go?',
    host.providers.types().map(({ id, label }) => ({ value: id, label: safeText(label) })),
  );
}
