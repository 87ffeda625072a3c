import type { BackupPage, BackupSummary } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { remindOfKit } from './kit-reminder.js';

/** Of one kind at one location: if somebody emptied it, nobody wants to read a hundred. */
const alarmsTold = 3;

export interface BackupListOptions {
  readonly scan?: boolean;
  readonly limit?: number;
  readonly after?: string;
  readonly location?: readonly string[];
}

export async function listBackups(context: CommandContext, options: BackupListOptions): Promise<ExitCode> {
  const host = await context.host('shared');
  const page = await host.backups.list({
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.after === undefined ? {} : { after: options.after }),
    ...(options.location === undefined ? {} : { locations: options.location }),
    scan: options.scan === true,
    signal: context.signal,
  });
  const { terminal } = context;
  terminal.answer(page, () => (page.backups.length === 0 ? emptyList(options) : renderList(page.backups, context)));
  tellTrouble(page, context);
  if (page.next !== undefined) terminal.note(`There are more: --after ${page.next}`);
  remindOfKit(context, host);
  return page.unavailable.length + page.unreadable.length + page.alarms.length === 0 ? exitCodes.success : exitCodes.warnings;
}

function emptyList(options: BackupListOptions): string {
  return options.scan === true || options.after !== undefined
    ? 'There are no backups here.'
    : 'There are no backups yet. Make one: holdfast backup create FOLDER\n(--scan also finds files that were put there by hand or by Home Assistant.)';
}

function renderList(backups: readonly BackupSummary[], { terminal: { colors, width } }: CommandContext): string {
  return renderTable<BackupSummary>(
    [
      { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
      { title: 'DATE', cell: ({ date }) => formatDate(date) },
      { title: 'SIZE', cell: ({ size }) => formatBytes(size), align: 'right' },
      { title: 'NAME', cell: ({ name }) => name, shrinkTo: 12, style: (text) => colors.bold(text) },
      { title: 'VERIFIED', cell: verifiedOn },
      { title: 'LOCATIONS', cell: ({ locations }) => locations.map(({ title }) => title).join(', '), shrinkTo: 10 },
      ...(backups.some((backup) => remarksOn(backup) !== '')
        ? [{ title: '', cell: remarksOn, shrinkTo: 8, style: (text: string) => colors.yellow(text) }]
        : []),
    ],
    backups,
    { width, colors },
  );
}

/** When the copy that was not looked at for longest was last found right. */
function verifiedOn({ locations }: BackupSummary): string {
  const times = locations.map(({ lastVerified }) => lastVerified?.at).sort((a = '', b = '') => (a < b ? -1 : 1));
  const [oldest] = times;
  return oldest === undefined ? 'never' : formatDate(oldest).slice(0, 10);
}

function remarksOn({ encrypted, keyKnown, origin, seal, warnings, locations, pinned }: BackupSummary): string {
  const unsealed = origin === 'other' ? 'no sidecar' : 'not sealed';
  return [
    ...(pinned ? ['pinned'] : []),
    ...(locations.some(({ foundWrong }) => foundWrong !== undefined) ? ['damaged'] : []),
    ...(encrypted ? [] : ['not encrypted']),
    ...(keyKnown === false ? ['other key'] : []),
    ...(locations.some(({ managedBy }) => managedBy !== undefined) ? ["Home Assistant's"] : seal === 'unsealed' ? [unsealed] : []),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
  ].join(', ');
}

function tellTrouble(page: BackupPage, { terminal }: CommandContext): void {
  const mark = terminal.noteColors.yellow('!');
  for (const { location, error } of page.unavailable)
    terminal.note(`${mark} ${safeText(location)} does not answer: ${safeText(error.message)}`);
  for (const { location, key, message } of page.unreadable)
    terminal.note(`${mark} ${safeText(key)} at ${safeText(location)}: ${safeText(message)}`);
  const alarm = terminal.noteColors.red('!');
  for (const alike of alarmsByKind(page)) {
    for (const { location, message, remedy } of alike.slice(0, alarmsTold)) {
      const place = message.includes(`"${location}"`) ? '' : `at ${safeText(location)}: `;
      terminal.note(`${alarm} ${place}${safeText(message)} ${safeText(remedy)}`);
    }
    const [first] = alike;
    if (first === undefined || alike.length <= alarmsTold) continue;
    terminal.note(`${alarm} The same goes for ${alike.length - alarmsTold} more at ${safeText(first.location)}; --json lists all of them.`);
  }
}

function alarmsByKind({ alarms }: BackupPage): Iterable<BackupPage['alarms']> {
  const kinds = new Map<string, BackupPage['alarms'][number][]>();
  for (const alarm of alarms) {
    const kind = `${alarm.code} ${alarm.location}`;
    const alike = kinds.get(kind);
    if (alike === undefined) kinds.set(kind, [alarm]);
    else alike.push(alarm);
  }
  return kinds.values();
}
