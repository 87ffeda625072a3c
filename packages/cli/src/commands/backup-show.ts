import { type BackupDetails, type ContentEntry, shortFingerprint } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import type { Colors } from '../output/colors.js';
import { formatDate } from '../output/dates.js';
import { problemLines } from '../output/outcome.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { renderFields } from '../output/table.js';
import { jsonDocumentWith } from '../output/json-document.js';
import type { CommandContext } from '../run/context.js';
import { type ChosenBackup, chooseBackup } from './backup-reader.js';
import { fileLine } from './file-listing.js';

export interface BackupShowOptions extends KeyOptions {
  readonly files?: boolean;
  readonly source?: readonly string[];
  readonly path?: readonly string[];
  readonly from?: string;
}

export async function showBackup(context: CommandContext, idOrFile: string, options: BackupShowOptions): Promise<undefined> {
  const chosen = await chooseBackup(context, idOrFile);
  if ('file' in chosen.ref) return showFiles(context, chosen, { file: chosen.ref.file }, options);
  const backup = await (await context.host()).backups.show(chosen.ref.id, { signal: context.signal });
  if (options.files === true) return showFiles(context, chosen, { backup }, options);
  context.terminal.answer({ backup }, () => renderBackup(backup, context.terminal.colors));
  return undefined;
}

function renderBackup(backup: BackupDetails, colors: Colors): string {
  const encryption = backup.encrypted
    ? `encrypted${backup.keyFingerprint === undefined ? '' : `, key ${shortFingerprint(backup.keyFingerprint)}`}${backup.keyKnown === false ? ' (not a key of this host)' : ''}`
    : 'not encrypted';
  return [
    renderFields(
      [
        ['name', backup.name],
        ['id', backup.id],
        ['date', formatDate(backup.date)],
        ['size', `${formatBytes(backup.size)}, ${encryption}`],
        ...(backup.instance === undefined ? [] : [['made by', backup.instance] as const]),
        ...(backup.sha256 === undefined ? [] : [['sha-256', backup.sha256] as const]),
        ...backup.locations.map(({ title, key }) => ['at', `${title}: ${key}`] as const),
        ...backup.sourceDetails.map((source) => ['source', describeSource(source)] as const),
        ...(backup.warnings === 0 ? [] : [['warnings', String(backup.warnings)] as const]),
      ],
      colors,
    ),
    ...problemLines(backup.problems, colors),
    '',
    colors.dim(`Its files: holdfast backup show ${backup.id} --files`),
  ].join('\n');
}

function describeSource({ name, files, bytes, size }: BackupDetails['sourceDetails'][number]): string {
  const content = files === undefined || bytes === undefined ? [] : [`${formatCount(files, 'file')}, ${formatBytes(bytes)}`];
  return [name, ...content, ...(size === undefined ? [] : [`${formatBytes(size)} stored`])].join(', ');
}

/** The entries, as they are read: a backup may have millions. */
async function showFiles(
  context: CommandContext,
  { reader, ref }: ChosenBackup,
  head: Readonly<Record<string, unknown>>,
  options: BackupShowOptions,
): Promise<undefined> {
  const { terminal } = context;
  await withKey(context, options, async (passwords) => {
    const entries = reader.contents(ref, {
      passwords,
      ...(options.source === undefined ? {} : { sources: options.source }),
      ...(options.path === undefined ? {} : { paths: options.path }),
      ...(options.from === undefined ? {} : { location: options.from }),
      signal: context.signal,
    });
    // A wrong key shows with the first entry: nothing may have been printed by then.
    const first = await entries.next();
    const all = first.done === true ? entries : startingWith(first.value, entries);
    await terminal.stream(terminal.settings.json ? jsonDocumentWith(head, 'files', all) : linesOf(all, terminal.colors));
  });
  return undefined;
}

async function* startingWith(first: ContentEntry, rest: AsyncIterable<ContentEntry>): AsyncGenerator<ContentEntry> {
  yield first;
  yield* rest;
}

async function* linesOf(entries: AsyncIterable<ContentEntry>, colors: Colors): AsyncGenerator<string> {
  for await (const entry of entries) yield `${fileLine(entry, colors)}\n`;
}
