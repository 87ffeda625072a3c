import { createBackupFiles } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { writeRaw } from '../output/raw-output.js';
import { started } from '../output/started.js';
import type { CommandContext } from '../run/context.js';

export async function catFile(context: CommandContext, file: string, path: string, options: KeyOptions): Promise<undefined> {
  const bytes = await withKey(context, options, (passwords) =>
    started(createBackupFiles().cat(file, path, { passwords, signal: context.signal })),
  );
  await writeRaw(context.terminal, bytes);
}
