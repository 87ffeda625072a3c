import type { CommandContext } from '../run/context.js';

/** Keeps a backup whatever retention says, or leaves it to retention again. */
export async function pinBackup(context: CommandContext, id: string, pinned: boolean): Promise<undefined> {
  const host = await context.host('shared');
  const { signal } = context;
  const backup = pinned ? await host.backups.pin(id, { signal }) : await host.backups.unpin(id, { signal });
  const text = pinned
    ? `Pinned ${backup.id}: it is kept until it is unpinned or deleted by hand.`
    : `Unpinned ${backup.id}: retention decides about it again.`;
  context.terminal.report({ backup: { ...backup, pinned } }, () => text);
}
