import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createFolderRestores, type KeptRestore, type Restores } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { shellWord } from './restore-report.js';

/** Says which restores have a former state that is kept, and brings to an end what was broken off. */
export async function showRestores(context: CommandContext, folder: string | undefined): Promise<undefined> {
  const restores = await restoresOf(context).status(folder);
  context.terminal.answer({ restores }, () =>
    restores.length === 0 ? 'No former state is kept.' : restores.map((restore) => lines(context, restore).join('\n')).join('\n\n'),
  );
}

/** Gives up the former state. */
export async function confirmRestore(context: CommandContext, folder: string): Promise<undefined> {
  const kept = await restoresOf(context).status(folder);
  const former = kept.flatMap(({ folders }) => folders.flatMap((replaced) => replaced.former ?? []));
  if (former.length > 0) await confirm(context, `Delete for good what was there before the restore (${former.map(safeText).join(', ')})?`);
  await end(context, folder, kept, (restores) => restores.confirm(folder));
}

/** Puts the former state back. */
export async function undoRestore(context: CommandContext, folder: string): Promise<undefined> {
  const kept = await restoresOf(context).status(folder);
  const places = kept
    .filter(({ state }) => state === 'kept')
    .flatMap(({ folders }) => folders.map((replaced) => safeText(replaced.folder)));
  if (places.length > 0) {
    await confirm(
      context,
      `Put back what was there before the restore? What is in ${places.join(', ')} now, and was changed since, is deleted.`,
    );
  }
  await end(context, folder, kept, (restores) => restores.undo(folder));
}

async function end(
  context: CommandContext,
  folder: string,
  looked: readonly KeptRestore[],
  run: (restores: Restores) => Promise<readonly KeptRestore[]>,
): Promise<void> {
  // The look itself may have ended one that was broken off; then there is nothing left to be done.
  const isOver = looked.length > 0 && looked.every(({ state }) => state !== 'kept' && state !== 'running');
  const restores = isOver ? looked : await run(restoresOf(context));
  context.terminal.report({ folder: resolve(folder), restores }, () =>
    restores.map((restore) => lines(context, restore).join('\n')).join('\n\n'),
  );
}

/** Of the data directory, where there is one: a file is restored without. */
function restoresOf({ dataDir }: CommandContext): Restores {
  return createFolderRestores(existsSync(dataDir) ? { dataDir } : {});
}

function lines({ terminal: { colors } }: CommandContext, { state, takenUp, backup, startedAt, folders }: KeptRestore): string[] {
  const of = `the restore of ${safeText(backup)}, begun ${formatDate(startedAt)}`;
  const broken = takenUp ? `It had been broken off. ` : '';
  const [first] = folders;
  const named = shellWord(first?.folder ?? '');
  const places = folders.map(({ folder, former }) => `  ${safeText(folder)}${former === undefined ? '' : `, before: ${safeText(former)}`}`);
  switch (state) {
    case 'kept':
      return [
        `${broken}In place: ${of}. The former state is kept.`,
        ...places,
        `All is well: ${colors.cyan(`holdfast restore confirm ${named}`)}   Back to what was: ${colors.cyan(`holdfast restore undo ${named}`)}`,
      ];
    case 'confirmed':
      return [`${broken}${colors.green('Confirmed')}: ${of}. The former state is deleted.`, ...places];
    case 'undone':
      return [`${broken}${colors.green('Undone')}: ${of}. The former state is back.`, ...places];
    case 'rolled-back':
      return [`${broken}Nothing was changed by ${of}; what it left is removed.`, ...places];
    case 'running':
      return [`Another process is at ${of}.`, ...places];
  }
}
