import type { Host, ShownStep } from '@holdfast/core';
import { noticeLines } from '../output/notice-lines.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { describeLocation } from './describe-location.js';
import { remindOfKit } from './kit-reminder.js';

/** Tells of a location that a flow made or changed. */
export function reportLocation(
  context: CommandContext,
  host: Host,
  done: 'Added' | 'Changed',
  step: Extract<ShownStep, { type: 'done' }>,
): void {
  const location = describeLocation(host, step.location);
  const { notices, warnings } = step;
  const more = { ...(notices.length === 0 ? {} : { notices }), ...(warnings.length === 0 ? {} : { warnings }) };
  context.terminal.report({ location, ...more }, () => {
    const { colors } = context.terminal;
    return `${colors.green(done)} ${colors.bold(safeText(location.title))} (${location.id}): ${safeText(location.place)}`;
  });
  for (const line of noticeLines(notices, context.terminal.noteColors)) context.terminal.note(line);
  for (const warning of warnings) context.terminal.note(`${context.terminal.noteColors.yellow('!')} ${safeText(warning)}`);
  remindOfKit(context, host);
}
