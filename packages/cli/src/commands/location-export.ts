import { resolve } from 'node:path';
import { passphraseFor } from '../keys/passphrase.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { writeAsking } from '../prompts/write-asking.js';
import type { CommandContext } from '../run/context.js';

export interface LocationExportOptions {
  readonly to?: string;
  readonly withSecrets?: boolean;
  readonly passphraseFile?: string;
}

/** Writes the settings of locations for another machine: without their secrets, or with them encrypted. */
export async function exportLocations(
  context: CommandContext,
  chosen: readonly string[],
  options: LocationExportOptions,
): Promise<undefined> {
  const host = await context.host('shared');
  const ids = (chosen.length === 0 ? host.locations.list() : chosen.map((idOrTitle) => host.locations.get(idOrTitle))).map(({ id }) => id);
  const withSecrets = options.withSecrets === true || options.passphraseFile !== undefined;
  const passphrase = withSecrets ? await passphraseFor(context, options.passphraseFile, true) : undefined;
  const exported = await host.exportLocations({ locations: ids, passphrase });
  const text = JSON.stringify(exported, undefined, 2);
  const { terminal } = context;
  if (options.to === undefined || options.to === '-') {
    terminal.answer(exported, () => text);
    return;
  }
  const path = resolve(options.to);
  await writeAsking(context, path, `${text}\n`);
  terminal.report({ path, locations: ids, secrets: withSecrets }, () => {
    const remark = withSecrets ? 'with their secrets, encrypted' : 'without their secrets';
    return `${terminal.colors.green('Exported')} ${formatCount(ids.length, 'location')} to ${safeText(path)}, ${remark}.`;
  });
}
