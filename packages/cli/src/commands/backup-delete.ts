import { isHoldfastError } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

export async function deleteBackup(
  context: CommandContext,
  id: string,
  options: { readonly location?: readonly string[] },
): Promise<undefined> {
  const host = await context.host();
  const chosen = options.location?.map((idOrTitle) => host.locations.get(idOrTitle));
  const at = chosen === undefined ? {} : { locations: chosen.map((location) => location.id) };
  const backup = await host.backups.show(id, { signal: context.signal }).catch(async (error: unknown) => {
    // Whoever deleted it by hand says so with this: it is no longer missed.
    if (!isHoldfastError(error, 'backup-missing')) throw error;
    await host.backups.delete(id, { ...at, signal: context.signal });
    return undefined;
  });
  if (backup === undefined) {
    context.terminal.report({ deleted: { id, deletedFrom: [] } }, () => `${safeText(id)} was gone already, and is no longer expected.`);
    return;
  }
  // What is refused anyway isn't asked about.
  const isChosen = (copy: { readonly id: string }) => chosen?.some(({ id: other }) => other === copy.id) !== false;
  const isRefused = backup.locations.some((copy) => copy.managedBy !== undefined && isChosen(copy));
  const places = (chosen ?? backup.locations).map(({ title }) => safeText(title)).join(', ');
  const what = `"${safeText(backup.name)}" of ${formatDate(backup.date)} (${formatBytes(backup.size)})`;
  if (!isRefused) await confirm(context, `Delete the backup ${what} at ${places}? It can't be brought back.`);
  context.whenCancelled('');
  const { deletedFrom } = await host.backups.delete(backup.id, {
    ...at,
    signal: context.signal,
  });
  context.terminal.report({ deleted: { id: backup.id, deletedFrom } }, () => `Deleted ${what} at ${deletedFrom.map(safeText).join(', ')}.`);
}
