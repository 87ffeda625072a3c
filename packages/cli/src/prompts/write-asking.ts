import { writeAnswerFile } from '../output/write-answer-file.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { confirm } from './ask.js';

/** Writes a file, and asks before one is replaced. @throws `file-unwritable`, `confirmation-needed`, `cancelled` */
export async function writeAsking(context: CommandContext, path: string, text: string): Promise<void> {
  if (await writeAnswerFile(path, text, false)) return;
  await confirm(context, `Replace ${safeText(path)}?`);
  await writeAnswerFile(path, text, true);
}
