import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

/** Copies a backup's file as it is: encrypted, and a Home Assistant backup. */
export async function downloadBackup(
  context: CommandContext,
  id: string,
  options: { readonly to: string; readonly from?: string },
): Promise<undefined> {
  const host = await context.host();
  const to = resolve(options.to);
  const overwrite = existsSync(to);
  if (overwrite) await confirm(context, `Replace ${safeText(to)}?`);
  const { path, size } = await context.withProgress((report) =>
    host.backups.download(id, to, {
      overwrite,
      ...(options.from === undefined ? {} : { location: options.from }),
      ...report,
      signal: context.signal,
    }),
  );
  context.terminal.report({ path, size }, () => `${context.terminal.colors.green('Downloaded')} ${safeText(path)} (${formatBytes(size)}).`);
}
