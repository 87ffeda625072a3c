import { resolve } from 'node:path';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { confirmReplacing } from '../prompts/confirm-replacing.js';
import type { CommandContext } from '../run/context.js';

/** Copies a backup's file as it is: encrypted, and a Home Assistant backup. What proves it comes along, beside it. */
export async function downloadBackup(
  context: CommandContext,
  id: string,
  options: { readonly to: string; readonly from?: string },
): Promise<undefined> {
  const host = await context.host('shared');
  const to = resolve(options.to);
  const overwrite = await confirmReplacing(context, to);
  const downloaded = await context.withProgress((report) =>
    host.backups.download(id, to, {
      overwrite,
      ...(options.from === undefined ? {} : { location: options.from }),
      ...report,
      signal: context.signal,
    }),
  );
  const { terminal } = context;
  terminal.report(downloaded, () => {
    const { path, size, sidecar, index } = downloaded;
    return [
      `${terminal.colors.green('Downloaded')} ${safeText(path)} (${formatBytes(size)}).`,
      ...(sidecar === undefined ? [] : [`  beside it, its seal: ${safeText(sidecar.path)}`]),
      ...(index === undefined ? [] : [`  and its index: ${safeText(index.path)}`]),
    ].join('\n');
  });
}
