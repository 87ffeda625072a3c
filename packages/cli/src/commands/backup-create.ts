import {
  type CreateBackupResult,
  type Failure,
  type LocationOutcome,
  type SourcePreset,
  sourceFromPath,
  type SourceSpec,
} from '@holdfast/core';
import { formatBytes, formatCount, formatDuration, formatShare } from '../output/quantities.js';
import { problemLines } from '../output/outcome.js';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import type { Colors } from '../output/colors.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { remindOfKit } from './kit-reminder.js';

export interface BackupCreateOptions {
  readonly source?: readonly { readonly name: string; readonly path: string }[];
  readonly to?: readonly string[];
  readonly name?: string;
  readonly exclude?: readonly string[];
  readonly preset?: SourcePreset;
  /** `false` after `--no-encryption`. */
  readonly encryption?: 'v2' | 'v3' | false;
  readonly level?: number;
  readonly readBack?: boolean;
  readonly tryAnyway?: boolean;
}

export async function createBackup(context: CommandContext, paths: readonly string[], options: BackupCreateOptions): Promise<ExitCode> {
  const host = await context.host();
  const sources = await sourcesOf(paths, options);
  const startedAt = performance.now();
  const result = await context.withProgress((report) =>
    host.backups.create({
      sources,
      encrypt: options.encryption !== false,
      ...(options.encryption === undefined || options.encryption === false ? {} : { encryption: options.encryption }),
      ...(options.to === undefined ? {} : { locations: options.to }),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.level === undefined ? {} : { compressionLevel: options.level }),
      ...(options.readBack === true ? { readBack: 'all' } : {}),
      ...(options.tryAnyway === true ? { tryAnyway: true } : {}),
      ...report,
      signal: context.signal,
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  context.terminal.report({ ...result, seconds }, () => renderCreated(result, seconds, context.terminal.colors));
  remindOfKit(context, host);
  if (result.outcome === 'complete') return exitCodes.success;
  // Also with --quiet: a warning that nobody sees is none.
  if (context.terminal.settings.quiet && !context.terminal.settings.json)
    context.terminal.warn(warningLines(result, context.terminal.noteColors).join('\n'));
  return exitCodes.warnings;
}

async function sourcesOf(paths: readonly string[], options: BackupCreateOptions): Promise<SourceSpec[]> {
  const named = [...paths.map((path) => ({ path, name: undefined })), ...(options.source ?? [])];
  const specs = await Promise.all(named.map(({ path, name }) => sourceFromPath(path, name)));
  return specs.map((spec) => ({
    ...spec,
    ...(options.preset === undefined ? {} : { preset: options.preset }),
    ...(options.exclude === undefined ? {} : { exclude: options.exclude }),
  }));
}

function renderCreated(result: CreateBackupResult, seconds: number, colors: Colors): string {
  const { backup, sourceBytes, sourceFiles, skipped } = result;
  const leftOut = skipped === 0 ? '' : `; ${formatCount(skipped, 'entry', 'entries')} left out`;
  const headline = result.outcome === 'complete' ? colors.green('Backed up') : colors.yellow('Backed up with warnings:');
  return [
    `${headline} ${colors.bold(safeText(backup.name))}`,
    renderFields(
      [
        ['id', backup.id],
        ['content', `${formatCount(sourceFiles, 'file')}, ${formatBytes(sourceBytes)}${leftOut}`],
        [
          'size',
          `${formatBytes(backup.size)}${backup.size < sourceBytes ? ` (${formatShare(backup.size, sourceBytes)})` : ''}${backup.encrypted ? ', encrypted' : ', NOT encrypted'}`,
        ],
        ['time', formatDuration(seconds)],
        ['stored at', backup.locations.map(({ title }) => title).join(', ')],
        ...result.locations.flatMap(replacedField),
      ],
      colors,
      '  ',
    ),
    ...warningLines(result, colors),
  ].join('\n');
}

function replacedField(location: LocationOutcome): [string, string][] {
  if (location.state !== 'stored' || location.replaced === undefined) return [];
  return [['in place of', `${location.replaced.join(', ')}, deleted at ${location.title}`]];
}

function warningLines({ backup, locations, problems }: CreateBackupResult, colors: Colors): string[] {
  return [
    ...locations.flatMap((location) => {
      const title = safeText(location.title);
      if (location.state === 'failed')
        return [...failureLines(`not stored at ${title}`, location.error, colors), ...copyHint(backup.id, location)];
      const { notReplaced } = location;
      return notReplaced === undefined ? [] : failureLines(`older backups are still at ${title}`, notReplaced, colors);
    }),
    ...problemLines(problems, colors),
  ];
}

/** How that location gets the backup after all, where it can take one like this. */
function copyHint(id: string, { id: location, error }: Extract<LocationOutcome, { state: 'failed' }>): string[] {
  const isRefused = error.code === 'too-large' || error.code === 'encryption-required';
  return isRefused || error.remedy.includes('backup send') ? [] : [`    Then give it a copy: holdfast backup send ${id} --to ${location}`];
}

function failureLines(what: string, { message, remedy }: Failure, colors: Colors): string[] {
  return [`  ${colors.red('!')} ${what}: ${safeText(message)}`, `    ${safeText(remedy)}`];
}
