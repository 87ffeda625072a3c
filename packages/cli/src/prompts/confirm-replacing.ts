import { lstatSync } from 'node:fs';
import { outputPaths } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { confirm } from './ask.js';

/**
 * Asks before a backup file is replaced, or what lies beside it and proves it. Returns whether there is anything to replace.
 *
 * @throws `confirmation-needed`, `cancelled`
 */
export async function confirmReplacing(context: CommandContext, toFile: string): Promise<boolean> {
  const there = outputPaths(toFile).filter((path) => isThere(path));
  if (there.length === 0) return false;
  await confirm(context, `Replace ${there.map(safeText).join(', ')}?`);
  return true;
}

/** What is no file is not replaced, so nothing is asked about it. */
function isThere(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isDirectory();
}
