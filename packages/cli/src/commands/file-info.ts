import { type BackupFileInfo, type BackupFileMember, createBackupFiles, shortFingerprint } from '@holdfast/core';
import { givenKeys, type KeyOptions } from '../keys/given-key.js';
import type { Colors } from '../output/colors.js';
import { formatDate } from '../output/dates.js';
import { formatName } from '../output/format-names.js';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderFields, renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

/** Shows what a backup file is. No key is asked for; one that is handed over is tried. */
export async function fileInfo(context: CommandContext, file: string, options: KeyOptions): Promise<ExitCode> {
  const passwords = await givenKeys(options, process.env, process.stdin);
  const info = await createBackupFiles().info(file, { passwords, signal: context.signal });
  context.terminal.answer(info, () => renderInfo(info, context));
  return info.keyFits === false ? exitCodes.warnings : exitCodes.success;
}

function renderInfo(info: BackupFileInfo, { terminal: { colors, width } }: CommandContext): string {
  return [
    renderFields(
      [
        ['name', info.name],
        ['id', info.id],
        ['date', formatDate(info.date)],
        ['size', formatBytes(info.size)],
        ['made by', info.madeBy],
        ['holds', holds(info)],
        ['format', encryptionOf(info)],
        ...keyLines(info),
        ['seal', sealText[info.seal]],
      ],
      colors,
    ),
    ...disagreement(info, colors),
    '',
    renderTable<BackupFileMember>(
      [
        { title: 'MEMBER', cell: ({ name }) => name, shrinkTo: 16, style: (text) => colors.bold(text) },
        { title: 'SIZE', cell: ({ size }) => formatBytes(size), align: 'right' },
        { title: 'FORMAT', cell: memberFormat },
        ...(info.members.some(({ keyFits }) => keyFits !== undefined)
          ? [{ title: 'KEY', cell: ({ keyFits }: BackupFileMember) => (keyFits === undefined ? '' : keyFits ? 'fits' : 'does not fit') }]
          : []),
      ],
      info.members,
      { width, colors },
    ),
  ].join('\n');
}

const sealText: Readonly<Record<BackupFileInfo['seal'], string>> = {
  sealed: 'there is one in the sidecar beside the file: holdfast file verify tests it',
  unsealed: 'none, but there is a sidecar beside the file',
  'no-sidecar': 'none beside the file: it can be read, but not proven unchanged',
  unreadable: 'the sidecar beside the file can not be read',
};

function holds({ type, homeAssistant, folders, addons }: BackupFileInfo): string {
  const parts = [
    ...(homeAssistant === undefined ? [] : [`Home Assistant ${homeAssistant}`]),
    ...addons.map(({ slug, name, version }) => `${name ?? slug}${version === undefined ? '' : ` ${version}`}`),
    ...folders,
  ];
  return [type, ...(parts.length === 0 ? [] : [parts.join(', ')])].join(': ');
}

function encryptionOf({ format }: BackupFileInfo): string {
  if (format === 'mixed') return 'its inner archives are not alike, see below';
  if (format === 'none') return 'no inner archive';
  return format === 'plain' ? 'not encrypted' : `encrypted: ${formatName(format)}`;
}

function keyLines({ keyFingerprint, keyFits }: BackupFileInfo): (readonly [string, string])[] {
  if (keyFingerprint === undefined && keyFits === undefined) return [];
  const fits = keyFits === undefined ? [] : [keyFits ? 'the one given fits' : 'the one given does not open all of it'];
  return [['key', [...(keyFingerprint === undefined ? [] : [shortFingerprint(keyFingerprint)]), ...fits].join(', ')]];
}

function disagreement({ disagreeing, protected: isProtected }: BackupFileInfo, colors: Colors): string[] {
  if (disagreeing.length === 0) return [];
  const names = safeText(disagreeing.join(', '));
  const fact = isProtected
    ? `says that it is encrypted, but these are not: ${names}`
    : `says that it is not encrypted, but these are: ${names}`;
  return ['', `${colors.yellow('!')} backup.json ${fact}. Each is read as what it is.`];
}

function memberFormat({ kind, format, gzip }: BackupFileMember): string {
  if (format === undefined) return kind === 'metadata' ? 'metadata' : 'passed over';
  return `${format === 'plain' ? 'plain' : formatName(format)}, ${gzip === true ? 'gzip' : 'not compressed'}`;
}
