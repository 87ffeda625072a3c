import { type BackupSummary, type Host, type LocationRecord, type ReadKit, shortFingerprint } from '@holdfast/core';
import { commandError } from '../errors.js';
import { formatDate } from '../output/dates.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { askChoice } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

/** So many are offered; an older one is named by its id. */
const offered = 20;

export interface RecoverBackupOptions {
  readonly backup?: string;
}

/** The backup to be restored: as told, chosen by somebody, or the newest. `known`: that of a recovery that was broken off. */
export async function findRecoverBackup(
  context: CommandContext,
  host: Host,
  location: LocationRecord,
  { backup: asked }: RecoverBackupOptions,
  kit: ReadKit | undefined,
  known: string | undefined,
): Promise<BackupSummary> {
  const backups = await listThere(context, host, location);
  const wanted = asked ?? known;
  if (wanted !== undefined && wanted !== 'latest') {
    const fitting = backups.filter(({ id }) => id.startsWith(wanted));
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) return only;
    if (asked === undefined) return findRecoverBackup(context, host, location, {}, kit, undefined);
    // For its error, and for what only a look into the files finds.
    return host.backups.show(wanted, { signal: context.signal });
  }
  if (asked === undefined && context.terminal.interactive && backups.length > 1) return choose(context, backups);
  return newest(context, backups, kit);
}

async function listThere(context: CommandContext, host: Host, location: LocationRecord): Promise<readonly BackupSummary[]> {
  const { terminal, signal } = context;
  const list = (scan: boolean) => host.backups.list({ locations: [location.id], scan, signal });
  let page = await list(false);
  // Files that were copied there without what lay beside them.
  if (page.backups.length === 0) page = await list(true);
  const mark = terminal.noteColors.yellow('!');
  for (const { key, message } of page.unreadable) terminal.note(`${mark} ${safeText(key)}: ${safeText(message)}`);
  for (const { message } of page.alarms) terminal.note(`${mark} ${safeText(message)}`);
  if (page.backups.length > 0) return page.backups;
  const reason = page.unavailable[0]?.error.message ?? 'it holds no backup, neither of Holdfast nor of Home Assistant';
  throw commandError('nothing-to-recover', { location: location.title, reason });
}

async function choose(context: CommandContext, backups: readonly BackupSummary[]): Promise<BackupSummary> {
  const shown = backups.slice(0, offered);
  if (shown.length < backups.length) {
    context.terminal.note(`These are the newest of ${formatCount(backups.length, 'backup')}; an older one can be named: --backup ID`);
  }
  const choices = shown.map((backup, index) => ({ value: String(index), label: labelOf(backup), hint: hintOf(backup) }));
  const chosen = await askChoice(context, 'Which backup?', choices);
  const backup = shown[Number(chosen)];
  if (backup === undefined) throw new Error('a choice that was not offered');
  return backup;
}

/** The newest; of those that the kit opens, where there are some. */
function newest(context: CommandContext, backups: readonly BackupSummary[], kit: ReadKit | undefined): BackupSummary {
  const [first] = backups;
  if (first === undefined) throw new Error('there is no backup');
  const opened = kit?.fingerprint === undefined ? undefined : backups.find(({ keyFingerprint }) => keyFingerprint === kit.fingerprint);
  const backup = opened ?? first;
  context.terminal.note(`The newest${backup === first ? '' : ' that the kit opens'}: ${labelOf(backup)}`);
  return backup;
}

export function labelOf({ id, name, date, size }: BackupSummary): string {
  return `${formatDate(date)}  ${safeText(name)}  (${safeText(id)}, ${formatBytes(size)})`;
}

function hintOf({ instance, encrypted, keyFingerprint, sources, locations }: BackupSummary): string {
  const foreign = locations.some(({ managedBy }) => managedBy !== undefined);
  return [
    ...(instance === undefined ? [foreign ? "Home Assistant's" : 'made elsewhere'] : [`of ${safeText(instance)}`]),
    ...(sources.length === 0 ? [] : [sources.map(safeText).join(', ')]),
    ...(encrypted ? (keyFingerprint === undefined ? [] : [`key ${shortFingerprint(keyFingerprint)}`]) : ['not encrypted']),
  ].join('; ');
}
