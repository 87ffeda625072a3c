import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { writeRaw } from '../output/raw-output.js';
import { started } from '../output/started.js';
import type { CommandContext } from '../run/context.js';
import { chooseBackup } from './backup-reader.js';

export interface BackupCatOptions extends KeyOptions {
  readonly from?: string;
}

/** Writes one file of a backup to standard output, by as few bytes of the backup as its index allows. */
export async function catBackup(context: CommandContext, idOrFile: string, path: string, options: BackupCatOptions): Promise<undefined> {
  const { ref, reader } = await chooseBackup(context, idOrFile, options.from);
  const bytes = await withKey(context, options, (passwords) =>
    started(
      reader.cat(ref, path, { passwords, ...(options.from === undefined ? {} : { location: options.from }), signal: context.signal }),
    ),
  );
  await writeRaw(context.terminal, bytes);
}
