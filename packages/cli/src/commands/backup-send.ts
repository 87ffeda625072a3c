import type { BackupSummary, Host, SentCopy } from '@holdfast/core';
import { commandError } from '../errors.js';
import { type ErrorReport, renderError, reportOf } from '../output/error-report.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface BackupSendOptions {
  readonly to: string;
  readonly from?: string;
  readonly all?: boolean;
  readonly automatic?: boolean;
  readonly newest?: number;
  readonly readBack?: boolean;
}

interface BackupToSend {
  /** As it is asked for. */
  readonly id: string;
  readonly name: string;
}

/** How one backup fared. `left-out`: the location keeps only so many, and has newer ones. */
type Sent =
  | (SentCopy & { readonly name: string })
  | { readonly backup: string; readonly name: string; readonly state: 'failed' | 'left-out'; readonly error: ErrorReport };

/** Copies one backup, or many, as they are to another location. One that fails keeps no other from being sent. */
export async function sendBackups(context: CommandContext, id: string | undefined, options: BackupSendOptions): Promise<ExitCode> {
  const isMany = options.all === true || options.automatic === true || options.newest !== undefined;
  if ((id === undefined) !== isMany || (options.all === true && options.automatic === true)) {
    throw commandError('bad-usage', {
      what: 'name one backup, or use --all, --automatic or --newest',
      help: 'holdfast backup send --help',
    });
  }
  const { terminal } = context;
  context.whenCancelled('What was sent stays; nothing half-made was left behind.');
  const host = await context.host();
  host.locations.get(options.to);
  const { backups, someAway } = id === undefined ? await manyOf(context, host, options) : await oneOf(context, host, id);
  const sent: Sent[] = [];
  for (const [number, backup] of backups.entries()) {
    const outcome = await sendOne(context, host, backup, options, number > 0);
    sent.push(outcome);
    if (!terminal.settings.json) tell(context, outcome);
  }
  const failure = sent.find(({ state }) => state === 'failed');
  const error = failure !== undefined && 'error' in failure ? { error: failure.error } : {};
  if (terminal.settings.json) terminal.answer({ sent, ...error }, () => '');
  else if (isMany) terminal.report(undefined, () => summaryOf(sent));
  if (failure !== undefined && sent.every(({ state }) => state === 'failed' || state === 'left-out')) return exitCodes.failure;
  return someAway || failure !== undefined || sent.some(needsLook) ? exitCodes.warnings : exitCodes.success;
}

async function oneOf(context: CommandContext, host: Host, id: string) {
  // Only for its name: what can't be shown may yet be sent.
  const shown = await host.backups.show(id, { signal: context.signal }).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
    return undefined;
  });
  return { backups: [{ id, name: shown?.name ?? id }], someAway: false };
}

/** The newest first: they are worth most, and a location that keeps only so many is to end with them. */
async function manyOf(context: CommandContext, host: Host, options: BackupSendOptions) {
  const from = options.from === undefined ? {} : { locations: [options.from] };
  const page = await host.backups.list({ ...from, signal: context.signal });
  for (const { location, error } of page.unavailable) {
    context.terminal.warn(`${safeText(location)} does not answer, what only it has is not sent: ${safeText(error.message)}`);
  }
  const isMeant = ({ job, instanceId }: BackupSummary) =>
    options.automatic !== true || (job !== undefined && instanceId === host.instance.id);
  const backups = page.backups.filter(isMeant).slice(0, options.newest);
  return { backups: backups.map(({ id, name }): BackupToSend => ({ id, name })), someAway: page.unavailable.length > 0 };
}

async function sendOne(
  context: CommandContext,
  host: Host,
  { id, name }: BackupToSend,
  { to, from, readBack }: BackupSendOptions,
  isUnderWay: boolean,
): Promise<Sent> {
  try {
    const copy = await context.withProgress((report) =>
      host.backups.send({
        backup: id,
        to,
        ...(from === undefined ? {} : { from }),
        ...(readBack === true ? { readBack: 'all' } : {}),
        // A backup whose time comes goes first, and the rest follows.
        onBusy: isUnderWay ? 'wait' : 'fail',
        ...report,
        signal: context.signal,
      }),
    );
    return { ...copy, name };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const report = reportOf(error);
    return { backup: id, name, state: report.code === 'older-than-kept' && isUnderWay ? 'left-out' : 'failed', error: report };
  }
}

function tell({ terminal }: CommandContext, outcome: Sent): void {
  const name = terminal.colors.bold(safeText(outcome.name));
  if (!('error' in outcome)) {
    const lines = remarks(outcome).map((remark) => `\n  ! ${remark}`);
    terminal.report(undefined, () => `${headline(outcome, name)}${lines.join('')}`);
  } else if (outcome.state === 'left-out') {
    terminal.report(undefined, () => `Left out ${name}: ${safeText(outcome.error.message)}`);
  } else {
    terminal.warn(`${safeText(outcome.name)}\n${renderError(outcome.error, terminal.noteColors)}`);
  }
}

function headline({ state, title, bytes, from }: SentCopy, name: string): string {
  const place = safeText(title);
  const size = `${formatBytes(bytes)}${from.length === 0 ? '' : `, from ${from.map(safeText).join(' and ')}`}`;
  if (state === 'there-already') return `${name} is at ${place} already, whole.`;
  return state === 'repaired' ? `Repaired ${name} at ${place} (${size}).` : `Sent ${name} to ${place} (${size}).`;
}

function remarks({ mended, withoutIndex, replaced, notReplaced, title }: SentCopy): string[] {
  return [
    ...(mended === 0
      ? []
      : [`${formatCount(mended, 'damaged part')} of one copy came from another: holdfast backup verify tells which is damaged`]),
    ...(withoutIndex === undefined ? [] : ['its index was nowhere whole: the copy is as good, but is slower to look into']),
    ...(replaced === undefined ? [] : [`in place of ${replaced.join(', ')}, deleted at ${safeText(title)}`]),
    ...(notReplaced === undefined ? [] : [`older backups are still at ${safeText(title)}: ${safeText(notReplaced.message)}`]),
  ];
}

function needsLook(outcome: Sent): boolean {
  return 'mended' in outcome && (outcome.mended > 0 || outcome.withoutIndex === true || outcome.notReplaced !== undefined);
}

function summaryOf(sent: readonly Sent[]): string {
  if (sent.length === 0) return 'There are no backups to send.';
  const count = (...states: readonly Sent['state'][]) => sent.filter(({ state }) => states.includes(state)).length;
  const failed = count('failed');
  const leftOut = count('left-out');
  return [
    `${formatCount(count('sent', 'repaired'), 'backup')} sent, ${count('there-already')} there already`,
    ...(leftOut === 0 ? [] : [`${leftOut} older than the location keeps`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ].join(', ');
}
