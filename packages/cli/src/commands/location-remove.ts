import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { describeLocation } from './describe-location.js';

/** Forgets a location. What is stored there stays. */
export async function removeLocation(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host();
  const { id, title, place } = describeLocation(host, host.locations.get(idOrTitle));
  await confirm(context, `Forget the location "${safeText(title)}" (${safeText(place)})? The backups there stay.`);
  await host.locations.remove(id);
  context.terminal.report(
    { removed: { id, title } },
    () => `Forgot ${safeText(title)}. The backups at ${safeText(place)} are still there.`,
  );
}
