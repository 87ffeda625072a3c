import { createBackupFiles } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { jsonDocumentWith } from '../output/json-document.js';
import { started } from '../output/started.js';
import type { CommandContext } from '../run/context.js';
import { entryLines } from './file-listing.js';

export interface FileListOptions extends KeyOptions {
  readonly long?: boolean;
  readonly source?: readonly string[];
  readonly path?: readonly string[];
}

/** The entries, as they are read: a backup may have millions. */
export async function listFile(context: CommandContext, file: string, options: FileListOptions): Promise<undefined> {
  const { terminal, signal } = context;
  const entries = await withKey(context, options, (passwords) =>
    started(
      createBackupFiles().list(file, {
        passwords,
        ...(options.source === undefined ? {} : { sources: options.source }),
        ...(options.path === undefined ? {} : { paths: options.path }),
        signal,
      }),
    ),
  );
  await terminal.stream(
    terminal.settings.json ? jsonDocumentWith({ file }, 'files', entries) : entryLines(entries, options.long === true, terminal.colors),
  );
}
