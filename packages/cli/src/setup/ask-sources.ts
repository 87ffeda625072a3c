import { sourceFromPath, type SourceSpec } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import { askText } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { reportOf } from '../output/error-report.js';
import { likelyFolder } from './likely-folders.js';
import { typedPath } from './typed-path.js';

/** Asks for folders until there is no other. One that can't be backed up is told, and asked for again. */
export async function askSources(context: CommandContext): Promise<readonly SourceSpec[]> {
  const sources: SourceSpec[] = [];
  const likely = await likelyFolder();
  for (;;) {
    const isFirst = sources.length === 0;
    const answer = await askText(
      context,
      isFirst ? 'Which folder is to be backed up?' : 'Another folder? (Enter if that is all)',
      isFirst ? { ...(likely !== undefined && { initial: likely }), check: needed } : {},
    );
    if (answer.trim() === '') return sources;
    try {
      const source = await sourceFromPath(typedPath(answer));
      sources.push({ ...source, name: freeName(source.name, sources) });
      context.terminal.note(`  ${safeText(source.path)}${source.preset === 'home-assistant' ? ': Home Assistant’s configuration' : ''}`);
    } catch (error) {
      const { message, remedy } = reportOf(error);
      context.terminal.warn(`${context.terminal.noteColors.red('!')} ${safeText(message)} ${safeText(remedy)}`);
    }
  }
}

function needed(text: string): string | undefined {
  return text.trim() === '' ? 'Type the path of a folder.' : undefined;
}

/** Two folders may have the same last part. */
function freeName(name: string, taken: readonly SourceSpec[]): string {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name}-${number}`;
    if (!taken.some((source) => source.name === tried)) return tried;
  }
}
