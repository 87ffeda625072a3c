import { type BackupCopy, type BackupDetails, shortFingerprint, type SourceDetails, type VerifiedHow } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { formatDate } from '../output/dates.js';
import { problemLines } from '../output/outcome.js';
import { formatName } from '../output/format-names.js';
import { formatBytes } from '../output/quantities.js';
import { renderFields, renderTable } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { jsonDocumentWith } from '../output/json-document.js';
import { started } from '../output/started.js';
import type { CommandContext } from '../run/context.js';
import { type ChosenBackup, chooseBackup } from './backup-reader.js';
import { entryLines } from './file-listing.js';

export interface BackupShowOptions extends KeyOptions {
  readonly files?: boolean;
  readonly source?: readonly string[];
  readonly path?: readonly string[];
  readonly from?: string;
}

export async function showBackup(context: CommandContext, idOrFile: string, options: BackupShowOptions): Promise<undefined> {
  const chosen = await chooseBackup(context, idOrFile, options.from);
  if ('file' in chosen.ref) return showFiles(context, chosen, { file: chosen.ref.file }, options);
  const backup = await (await context.host('shared')).backups.show(chosen.ref.id, { signal: context.signal });
  if (options.files === true) return showFiles(context, chosen, { backup }, options);
  context.terminal.answer({ backup }, () => renderBackup(backup, context.terminal));
  return undefined;
}

const sealText: Readonly<Record<BackupDetails['seal'], string>> = {
  sealed: 'sealed, with a key of this host',
  unverified: 'sealed, with a key that this host does not have',
  unsealed: 'not sealed: it can be read, but not proven unchanged',
};

function renderBackup(backup: BackupDetails, terminal: Terminal): string {
  const { colors } = terminal;
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
        ...(backup.format === undefined ? [] : [['format', formatName(backup.format)] as const]),
        ['seal', sealText[backup.seal]],
        ...(backup.instance === undefined ? [] : [['made by', backup.instance] as const]),
        ...(backup.sha256 === undefined ? [] : [['sha-256', backup.sha256] as const]),
        ...(backup.pinned ? [['pinned', 'yes: it is kept whatever retention says'] as const] : []),
        ...backup.locations.map((copy) => ['at', `${copy.title}: ${copy.key}, ${verifiedText(copy)}`] as const),
        ...(backup.warnings === 0 ? [] : [['warnings', String(backup.warnings)] as const]),
      ],
      colors,
    ),
    ...problemLines(backup.problems, colors),
    '',
    renderSources(backup, terminal),
    '',
    colors.dim(`Its files: holdfast backup ls ${backup.id}`),
  ].join('\n');
}

const howText: Readonly<Record<VerifiedHow, string>> = {
  upload: 'when it was stored',
  sample: 'by a sample',
  whole: 'all of it',
  drill: 'by a restore drill',
};

function verifiedText({ lastVerified, foundWrong, managedBy }: BackupCopy): string {
  const last = lastVerified === undefined ? undefined : `verified ${formatDate(lastVerified.at)}, ${howText[lastVerified.how]}`;
  if (foundWrong !== undefined) return `found damaged (${foundWrong})${last === undefined ? '' : `; before that ${last}`}`;
  return last ?? (managedBy === undefined ? 'never verified' : "Home Assistant's");
}

function renderSources({ sourceDetails }: BackupDetails, { colors, width }: Terminal): string {
  return renderTable<SourceDetails>(
    [
      { title: 'SOURCE', cell: ({ name }) => name, shrinkTo: 12, style: (text) => colors.bold(text) },
      { title: 'MEMBER', cell: ({ member }) => member ?? '', shrinkTo: 12 },
      { title: 'STORED', cell: ({ size }) => (size === undefined ? '' : formatBytes(size)), align: 'right' },
      { title: 'CONTENT', cell: ({ bytes }) => (bytes === undefined ? '' : formatBytes(bytes)), align: 'right' },
      { title: 'FILES', cell: ({ files }) => files?.toLocaleString('en-US') ?? '', align: 'right' },
    ],
    sourceDetails,
    { width, colors },
  );
}

/** The entries, as they are read: a backup may have millions. */
async function showFiles(
  context: CommandContext,
  { reader, ref }: ChosenBackup,
  head: Readonly<Record<string, unknown>>,
  options: BackupShowOptions,
): Promise<undefined> {
  const { terminal } = context;
  const entries = await withKey(context, options, (passwords) =>
    started(
      reader.contents(ref, {
        passwords,
        ...(options.source === undefined ? {} : { sources: options.source }),
        ...(options.path === undefined ? {} : { paths: options.path }),
        ...(options.from === undefined ? {} : { location: options.from }),
        signal: context.signal,
      }),
    ),
  );
  await terminal.stream(terminal.settings.json ? jsonDocumentWith(head, 'files', entries) : entryLines(entries, true, terminal.colors));
  return undefined;
}
