import { accessFor } from '../flow/access-for.js';
import { runFlow } from '../flow/run-flow.js';
import { gatherValues, type SettingsOptions } from '../location-config/gather-values.js';
import type { CommandContext } from '../run/context.js';
import { reportLocation } from './report-location.js';

/** Gives a location new credentials, or other settings. Those that it has stay until the new ones have been tried out. */
export async function changeLocation(
  context: CommandContext,
  kind: 'reauth' | 'reconfigure',
  idOrTitle: string,
  args: readonly string[],
  options: SettingsOptions,
): Promise<undefined> {
  const host = await context.host(accessFor(context));
  const { id, provider } = host.locations.get(idOrTitle);
  const given = await gatherValues(host.providers.type(provider), args, options);
  context.whenCancelled('The location stays as it was.');
  const first = await host.flows.start({ kind, location: id }, { signal: context.signal });
  const done = await runFlow(context, host, first, { given, resumed: false });
  reportLocation(context, host, 'Changed', done);
}
