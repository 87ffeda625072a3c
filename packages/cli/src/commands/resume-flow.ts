import type { Host } from '@holdfast/core';
import { runFlow } from '../flow/run-flow.js';
import { gatherValues, type SettingsOptions } from '../location-config/gather-values.js';
import type { CommandContext } from '../run/context.js';
import { reportLocation } from './report-location.js';

/** Goes on with a flow that was broken off, whatever it was for. */
export async function resumeFlow(
  context: CommandContext,
  host: Host,
  token: string,
  args: readonly string[],
  options: SettingsOptions,
): Promise<undefined> {
  const first = await host.flows.resume(token, { signal: context.signal });
  const given = await gatherValues(host.providers.type(first.provider), args, options);
  const done = await runFlow(context, host, first, { given, resumed: true });
  reportLocation(context, host, first.kind === 'setup' ? 'Added' : 'Changed', done);
}
