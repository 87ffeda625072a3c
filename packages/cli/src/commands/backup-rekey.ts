import { type BackupSummary, type Host, type RekeyedBackup, shortFingerprint } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { KeyOptions } from '../keys/given-key.js';
import { requireFingerprint } from '../keys/named-key.js';
import { withKey } from '../keys/with-key.js';
import { type ErrorReport, renderError, reportOf } from '../output/error-report.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { currentKey } from './key-show.js';

export interface BackupRekeyOptions extends KeyOptions {
  readonly all?: boolean;
  /** The fingerprint of the key that is replaced. */
  readonly key?: string;
  readonly withoutKit?: boolean;
}

interface Failed {
  readonly id: string;
  readonly error: ErrorReport;
}

/** Gives one backup the current key, or all of this host's that have another. One that fails keeps no other from it. */
export async function rekeyBackups(context: CommandContext, id: string | undefined, options: BackupRekeyOptions): Promise<ExitCode> {
  if ((id === undefined) !== (options.all === true)) {
    throw commandError('bad-usage', { what: 'name one backup, or use --all', help: 'holdfast backup rekey --help' });
  }
  const host = await context.host();
  const { terminal } = context;
  const current = shortFingerprint(currentKey(host).fingerprint);
  if (host.kit.saved() === undefined && options.withoutKit !== true) throw commandError('new-kit-not-saved', { fingerprint: current });
  const chosen = await choose(context, host, id, options);
  if (chosen.length > 0) {
    const size = formatBytes(chosen.reduce((sum, backup) => sum + backup.size * backup.locations.length, 0));
    const foreign = chosen.find(({ instanceId }) => instanceId !== host.instance.id);
    const whose = foreign === undefined ? '' : ` "${foreign.instance ?? 'Another instance'}" made it, and misses it if it still runs.`;
    const what = `Encrypt ${formatCount(chosen.length, 'backup')} (${size}) anew with the key ${current}?`;
    await confirm(context, `${what} Each gets another id, and is deleted as it is now once the new one is proven whole.${whose}`);
  }
  context.whenCancelled('What was not finished is as it was; the same command goes on with it.');
  const done: RekeyedBackup[] = [];
  const failed: Failed[] = [];
  for (const backup of chosen) {
    const result = await rekeyOne(context, host, backup, options);
    if ('error' in result) failed.push(result);
    else done.push(result);
    if (!terminal.settings.json) tell(context, backup, result);
  }
  const [first] = failed;
  if (terminal.settings.json) terminal.answer({ rekeyed: done, failed, ...(first === undefined ? {} : { error: first.error }) }, () => '');
  else if (chosen.length === 0) terminal.report(undefined, () => `There is no backup of this host that another key than ${current} opens.`);
  if (first !== undefined) return exitCodes.failure;
  return done.some(({ locations }) => locations.some(({ error }) => error !== undefined)) ? exitCodes.warnings : exitCodes.success;
}

/** With `--all` what this host made: others may still look after theirs. */
async function choose(
  context: CommandContext,
  host: Host,
  id: string | undefined,
  options: BackupRekeyOptions,
): Promise<readonly BackupSummary[]> {
  const { signal } = context;
  const from = options.key === undefined ? undefined : requireFingerprint(options.key);
  const isOfKey = ({ keyFingerprint }: BackupSummary) =>
    from === undefined || (keyFingerprint !== undefined && isNamed(keyFingerprint, from));
  if (id !== undefined) {
    const backup = await host.backups.show(id, { signal });
    if (isOfKey(backup)) return [backup];
    throw commandError('backup-of-other-key', {
      id: backup.id,
      fingerprint: from ?? '',
      own: shortFingerprint(backup.keyFingerprint ?? 'none'),
    });
  }
  const current = currentKey(host).fingerprint;
  const { backups, unavailable } = await host.backups.list({ signal });
  for (const { location, error } of unavailable) context.terminal.warn(`${safeText(location)} does not answer: ${safeText(error.message)}`);
  return backups.filter((backup) => {
    const { encrypted, origin, keyFingerprint, instanceId } = backup;
    return encrypted && origin === 'holdfast' && keyFingerprint !== current && instanceId === host.instance.id && isOfKey(backup);
  });
}

/** Also of a key that is not here: it may be handed over. */
function isNamed(fingerprint: string, named: string): boolean {
  const plain = (text: string) => text.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  return fingerprint === named || plain(shortFingerprint(fingerprint)).startsWith(plain(named));
}

async function rekeyOne(
  context: CommandContext,
  host: Host,
  backup: BackupSummary,
  options: BackupRekeyOptions,
): Promise<RekeyedBackup | Failed> {
  const { signal } = context;
  try {
    return await withKey(context, options, (passwords) =>
      context.withProgress((report) => host.backups.rekey(backup.id, { passwords, ...report, signal })),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return { id: backup.id, error: reportOf(error) };
  }
}

function tell({ terminal }: CommandContext, { name }: BackupSummary, result: RekeyedBackup | Failed): void {
  if ('error' in result) {
    terminal.warn(`${safeText(name)} ${result.id}\n${renderError(result.error, terminal.noteColors)}`);
    return;
  }
  const { id, newId, to, locations } = result;
  const places = locations.filter(({ error }) => error === undefined).map(({ title }) => safeText(title));
  terminal.report(undefined, () => `${safeText(name)}: ${id} is now ${newId}, of the key ${shortFingerprint(to)}, at ${places.join(', ')}`);
  for (const { title, error } of locations) {
    if (error !== undefined)
      terminal.warn(`At ${safeText(title)} it is still ${id}, of the old key: ${safeText(error.message)} ${safeText(error.remedy)}`);
  }
}
