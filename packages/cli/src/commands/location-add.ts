import type { Host } from '@holdfast/core';
import { commandError } from '../errors.js';
import { accessFor } from '../flow/access-for.js';
import { runFlow } from '../flow/run-flow.js';
import { gatherValues, type SettingsOptions } from '../location-config/gather-values.js';
import { safeText } from '../output/safe-text.js';
import { askChoice } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { reportLocation } from './report-location.js';
import { resumeFlow } from './resume-flow.js';

export interface LocationAddOptions extends SettingsOptions {
  readonly title?: string;
  readonly resume?: string;
}

/** Adds a location through its provider's flow: with what was given, and questions for what is missing, where somebody is there to ask. */
export async function addLocation(
  context: CommandContext,
  provider: string | undefined,
  args: readonly string[],
  options: LocationAddOptions,
): Promise<undefined> {
  const host = await context.host(accessFor(context));
  if (options.resume !== undefined) return resumeFlow(context, host, options.resume, args, options);
  const type = host.providers.type(provider ?? (await chooseProvider(context, host)));
  const given = await gatherValues(type, args, options);
  const { title } = options;
  const first = await host.flows.start(
    { kind: 'setup', provider: type.id, ...(title === undefined ? {} : { title }) },
    { signal: context.signal },
  );
  const done = await runFlow(context, host, first, { given, resumed: false });
  reportLocation(context, host, 'Added', done);
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
