import { existsSync } from 'node:fs';
import { type BackupReader, type BackupRef, createFileReader } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { CommandContext } from '../run/context.js';

export interface ChosenBackup {
  readonly ref: BackupRef;
  readonly reader: BackupReader;
}

/**
 * What a command names: a backup of this host by its id, or a file. A file is read with the keys of this host where
 * it was set up, and needs none otherwise: on the worst day there is only the file and the kit.
 *
 * @throws `bad-usage` where a location is named for a file
 */
export async function chooseBackup(context: CommandContext, idOrFile: string, from?: string): Promise<ChosenBackup> {
  if (!isFilePath(idOrFile)) return { ref: { id: idOrFile }, reader: (await context.host('shared')).backups };
  if (from !== undefined) {
    const what = `--from names a location, and ${idOrFile} is a file`;
    throw commandError('bad-usage', { what, help: 'holdfast backup --help' });
  }
  const reader = existsSync(context.dataDir) ? await readerOfHost(context) : undefined;
  return { ref: { file: idOrFile }, reader: reader ?? createFileReader() };
}

/** A path: it has a separator, or ends as a backup does and is there. */
export function isFilePath(text: string, exists: (path: string) => boolean = existsSync): boolean {
  return /[/\\]/.test(text) || (text.endsWith('.tar') && exists(text));
}

async function readerOfHost(context: CommandContext): Promise<BackupReader | undefined> {
  const { isHoldfastError } = await import('@holdfast/core');
  try {
    return (await context.host('shared')).backups;
  } catch (error) {
    if (isHoldfastError(error, 'not-initialised')) return undefined;
    context.terminal.note(
      `The host of ${context.dataDir} can't be opened, so its keys are not tried: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}
