import type { ContentEntry } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { jsonDocumentWith } from '../output/json-document.js';
import { safeText } from '../output/safe-text.js';
import { started } from '../output/started.js';
import type { CommandContext } from '../run/context.js';
import { chooseBackup } from './backup-reader.js';
import { entryLines } from './file-listing.js';

export interface BackupLsOptions extends KeyOptions {
  readonly long?: boolean;
  readonly recursive?: boolean;
  readonly find?: string;
  readonly from?: string;
}

/** Lists a folder of a backup, or all below it. */
export async function lsBackup(
  context: CommandContext,
  idOrFile: string,
  path: string | undefined,
  options: BackupLsOptions,
): Promise<undefined> {
  const { terminal, signal } = context;
  const { ref, reader } = await chooseBackup(context, idOrFile, options.from);
  const entries = await withKey(context, options, (passwords) =>
    started(
      reader.ls(ref, {
        passwords,
        recursive: options.recursive === true,
        ...(path === undefined ? {} : { path }),
        ...(options.find === undefined ? {} : { find: options.find }),
        ...(options.from === undefined ? {} : { location: options.from }),
        signal,
      }),
    ),
  );
  const head = 'file' in ref ? { file: ref.file } : { id: ref.id };
  let listed = 0;
  const counted = async function* (): AsyncGenerator<ContentEntry, void, undefined> {
    for await (const entry of entries) {
      listed += 1;
      yield entry;
    }
  };
  await terminal.stream(
    terminal.settings.json ? jsonDocumentWith(head, 'files', counted()) : entryLines(counted(), options.long === true, terminal.colors),
  );
  if (listed === 0) terminal.note(options.find === undefined ? 'The folder is empty.' : `Nothing there matches ${safeText(options.find)}.`);
}
