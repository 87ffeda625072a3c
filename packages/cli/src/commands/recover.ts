import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BackupSummary, type Host, initialiseDataDir, type LocationRecord, openKit, type RestoreResult } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { KeyOptions } from '../keys/given-key.js';
import { safeText } from '../output/safe-text.js';
import { askText, askYesNo, confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { describeLocation } from './describe-location.js';
import { findRecoverBackup, labelOf, type RecoverBackupOptions } from './recover-backup.js';
import { findRecoverKey } from './recover-key.js';
import { findRecoverLocation, type RecoverLocationOptions } from './recover-location.js';
import { forgetRecoverState, isUnused, readRecoverState, type RecoverState, writeRecoverState } from './recover-state.js';
import { holdsSomething, renderKept, renderRestored } from './restore-report.js';

export interface RecoverOptions extends RecoverLocationOptions, RecoverBackupOptions, KeyOptions {
  readonly kit?: string;
  readonly to?: string;
  readonly into?: readonly { readonly name: string; readonly path: string }[];
  readonly source?: readonly string[];
  readonly acceptProblems?: boolean;
  readonly owners: boolean;
  readonly keep?: boolean;
  readonly cancel?: boolean;
}

/** From a kit and access to any place: connects it, finds the backups, and restores one, checked. Broken off, the next run goes on. */
export async function recover(context: CommandContext, args: readonly string[], options: RecoverOptions): Promise<ExitCode> {
  const { dataDir, terminal } = context;
  const before = await readRecoverState(dataDir);
  if (options.cancel === true) return cancelRecovery(context, before);
  const kit = options.kit === undefined ? undefined : await openKit(options.kit);
  let state: RecoverState = before ?? { made: await isUnused(dataDir) };
  if (before !== undefined) terminal.note('Going on with the recovery that was broken off.');
  await initialiseDataDir(dataDir);
  const note = async (more: Partial<RecoverState>) => {
    state = { ...state, ...more };
    await writeRecoverState(dataDir, state);
  };
  await note({});
  context.whenCancelled('Run it again to go on from here; `holdfast recover --cancel` removes what was noted of it.');
  const host = await context.host();
  const location = await findRecoverLocation(context, host, options, args, state.location);
  await note({ location: location.id });
  const backup = await findRecoverBackup(context, host, location, options, kit, state.backup);
  await note({ backup: backup.id });
  terminal.note(`Restoring ${labelOf(backup)}`);
  const passwords = await findRecoverKey(context, host, location, backup, kit, options);
  const { places, result, seconds } = await restore(context, host, location, backup, passwords, options);
  const kept = await endRecovery(context, host, state, options);
  const recovered = {
    location: { id: location.id, title: location.title, provider: location.provider, place: describeLocation(host, location).place },
    backup,
    ...result,
    seconds,
    host: { dataDir, kept },
  };
  terminal.report({ recovered }, () =>
    [
      renderRestored(result, { to: places.join(', '), dryRun: false, seconds, verb: 'restore' }, terminal.colors),
      ...renderKept(result, terminal.colors),
      ...nextSteps(kept, dataDir),
    ].join('\n'),
  );
  if (!kept) await removeMade(host, location, dataDir);
  return result.problems.length === 0 ? exitCodes.success : exitCodes.warnings;
}

interface Restored {
  readonly places: readonly string[];
  readonly result: RestoreResult;
  readonly seconds: number;
}

async function restore(
  context: CommandContext,
  host: Host,
  location: LocationRecord,
  backup: BackupSummary,
  passwords: readonly string[],
  options: RecoverOptions,
): Promise<Restored> {
  const folders = Object.fromEntries((options.into ?? []).map(({ name, path }) => [name, resolve(path)]));
  const hasOwn = Object.keys(folders).length > 0;
  const to = options.to ?? (hasOwn ? undefined : await askTarget(context));
  const places = [...(to === undefined ? [] : [resolve(to)]), ...Object.values(folders)];
  const taken = [
    ...(to === undefined ? [] : backup.sources.map((source) => join(resolve(to), source.replaceAll('/', '_')))),
    ...Object.values(folders),
  ];
  const there = await Promise.all(taken.map(async (folder) => ((await holdsSomething(folder)) ? [safeText(folder)] : [])));
  const names = there.flat().join(', ');
  if (names !== '') await confirm(context, `Put the backup in place of what is in ${names}? That is kept aside until you confirm.`);
  const startedAt = performance.now();
  const result = await context.withProgress((report) =>
    host.backups.restore({
      backup: { id: backup.id },
      location: location.id,
      ...(to === undefined ? {} : { to: resolve(to) }),
      folders,
      passwords,
      replace: true,
      acceptProblems: options.acceptProblems === true,
      ...(options.source === undefined ? {} : { sources: options.source }),
      ...(options.owners ? {} : { owners: false }),
      ...report,
      signal: context.signal,
    }),
  );
  return { places, result, seconds: (performance.now() - startedAt) / 1000 };
}

async function askTarget(context: CommandContext): Promise<string> {
  if (!context.terminal.interactive) {
    throw commandError('bad-usage', { what: 'say where to restore: --to DIR, or --into SOURCE=DIR', help: 'holdfast recover --help' });
  }
  return askText(context, 'Restore into which folder?', {
    initial: 'restored',
    check: (text) => (text.trim() === '' ? 'A folder is needed.' : undefined),
  });
}

/** Whether this machine keeps the place and the key. One that was a host before stays what it is. */
async function endRecovery(context: CommandContext, host: Host, state: RecoverState, { keep }: RecoverOptions): Promise<boolean> {
  const isAsked = state.made && keep === undefined && context.terminal.interactive && !context.yes;
  const wanted = isAsked ? await askToKeep(context) : !state.made || keep === true;
  if (wanted) await forgetRecoverState(host.dataDir);
  return wanted;
}

async function askToKeep(context: CommandContext): Promise<boolean> {
  return askYesNo(context, 'Make backups from this machine from now on? It then keeps the place and a new key.', true);
}

function nextSteps(kept: boolean, dataDir: string): string[] {
  return kept
    ? [
        'This machine can make backups now, with a key of its own; it also knows the old one.',
        '  holdfast kit save DIR        the new key, to be kept away from this machine',
        '  holdfast setup               what is backed up by itself, and when',
      ]
    : [`What was noted for this (${safeText(dataDir)}) is removed: this machine keeps neither the key nor the access to the place.`];
}

async function cancelRecovery(context: CommandContext, state: RecoverState | undefined): Promise<ExitCode> {
  const { dataDir, terminal } = context;
  if (state === undefined) {
    terminal.report({ cancelled: false }, () => 'No recovery is under way.');
    return exitCodes.success;
  }
  if (state.made) {
    await initialiseDataDir(dataDir);
    const host = await context.host();
    for (const location of host.locations.list()) await host.locations.remove(location.id);
    await removeMade(host, undefined, dataDir);
  } else await forgetRecoverState(dataDir);
  terminal.report({ cancelled: true }, () =>
    state.made ? `Removed ${safeText(dataDir)}.` : 'Forgotten; the data directory stays as it is.',
  );
  return exitCodes.success;
}

/** Takes away a data directory that was made for a recovery, with the secrets that are kept elsewhere. Backups are never touched. */
async function removeMade(host: Host, location: LocationRecord | undefined, dataDir: string): Promise<void> {
  if (location !== undefined) await host.locations.remove(location.id);
  await host[Symbol.asyncDispose]();
  if (existsSync(dataDir)) await rm(dataDir, { recursive: true, force: true });
}
