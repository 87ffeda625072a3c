import type { ImportedLocation } from '@holdfast/core';
import { passphraseFor } from '../keys/passphrase.js';
import { readJsonObject } from '../location-config/json-object-file.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface LocationImportOptions {
  readonly passphraseFile?: string;
  /** `false` after `--no-secrets`. */
  readonly secrets?: boolean;
}

/** Adds the locations of an exported file. One that is refused keeps none of the others out. */
export async function importLocations(context: CommandContext, file: string, options: LocationImportOptions): Promise<ExitCode> {
  const exported = await readJsonObject(file);
  const wantsSecrets = exported['secrets'] !== undefined && options.secrets !== false;
  const passphrase = wantsSecrets ? await passphraseFor(context, options.passphraseFile, false) : undefined;
  const host = await context.host();
  const imported = await host.importLocations(exported, { passphrase, signal: context.signal });
  const { terminal } = context;
  terminal.report({ imported }, () =>
    imported.length === 0 ? 'There are no locations in it.' : imported.flatMap((location) => linesFor(location, context)).join('\n'),
  );
  const refused = imported.filter(({ outcome }) => outcome === 'refused').length;
  if (refused > 0) return refused === imported.length ? exitCodes.failure : exitCodes.warnings;
  return imported.some((location) => location.outcome === 'imported' && location.missingSecrets.length > 0)
    ? exitCodes.warnings
    : exitCodes.success;
}

function linesFor(imported: ImportedLocation, { terminal: { colors } }: CommandContext): string[] {
  const title = colors.bold(safeText(imported.title));
  if (imported.outcome === 'refused') {
    const { error, package: name } = imported;
    const remedy =
      error.code === 'unknown-provider' && name !== undefined ? `Install it first: holdfast provider install ${name}` : error.remedy;
    return [
      `${colors.red('refused')}   ${title}: ${safeText(error.message)}`,
      ...(remedy === undefined ? [] : [`          ${safeText(remedy)}`]),
    ];
  }
  const { location, missingSecrets } = imported;
  const done = `${colors.green('imported')}  ${title} (${location.id})`;
  if (missingSecrets.length === 0) return [done];
  return [done, `          Its secrets did not come along. Enter them: holdfast location reauth ${location.id}`];
}
