import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Host, type SavedKit, shortFingerprint, type StoredKey } from '@holdfast/core';
import { commandError } from '../errors.js';
import { reportOf } from '../output/error-report.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import { askText, confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { currentKey } from './key-show.js';

export interface KeyChangeOptions {
  /** Where the kit of the new key goes. */
  readonly kit?: string;
  /** Where the kit of the key that is left goes, first. */
  readonly oldKit?: string;
  /** Its owner accepts that there is no kit of the key that is left. */
  readonly withoutKit?: boolean;
}

/**
 * Makes a new key for all backups from now on. Nothing is changed before the old key's kit is safe, or its owner says that it need not
 * be, and before the folder for the new kit was looked at.
 */
export async function changeKey(context: CommandContext, options: KeyChangeOptions): Promise<ExitCode | undefined> {
  const host = await context.host();
  const { terminal } = context;
  const old = currentKey(host);
  await requireFolder(options.kit);
  await requireFolder(options.oldKit);
  const oldKit = await secureOldKit(context, host, old, options);
  context.whenCancelled('The key was not changed.');
  await confirm(
    context,
    `Encrypt all backups from now on with a new key? Those that are there stay under ${shortFingerprint(old.fingerprint)}, which this host keeps.`,
  );
  const { current, former } = await host.keys.change({ from: old.fingerprint });
  context.whenCancelled(`The key was changed; the new one has no kit yet: holdfast kit save DIR`);
  const folder = options.kit ?? (await askFolder(context, 'Where shall the kit of the new key be saved? A folder, best on another device'));
  const { files, error } = folder === undefined ? {} : await saveNewKit(context, host, folder);
  const document = {
    key: described(current),
    former: { ...described(former ?? old), kit: oldKit ?? null },
    kit: files ?? null,
    ...(error === undefined ? {} : { kitError: error }),
  };
  terminal.report(document, () =>
    [
      terminal.colors.green('Backups from now on have a new key.'),
      renderFields(
        [
          ['key', `fingerprint ${shortFingerprint(current.fingerprint)}`],
          ['former', `${shortFingerprint(old.fingerprint)}, from ${formatDate(old.since)} on: opens the backups that are there`],
          ...(files === undefined
            ? []
            : ([
                ['kit', files.textPath],
                ['to print', files.htmlPath],
              ] as const)),
        ],
        terminal.colors,
        '  ',
      ),
      'Keep the old kit too, as long as there are backups of its key: holdfast key list',
    ].join('\n'),
  );
  if (error !== undefined)
    terminal.warn(
      `${terminal.noteColors.red('The kit of the new key was not saved:')} ${safeText(error.message)} ${safeText(error.remedy)}`,
    );
  if (files === undefined) {
    terminal.note(
      `${terminal.noteColors.yellow('The new key has no kit yet.')} Without one nobody opens its backups if this machine is lost: holdfast kit save DIR`,
    );
  }
  return error === undefined ? undefined : exitCodes.warnings;
}

/** @returns the old key's kit, if there is one. @throws `old-kit-not-saved`, where nobody is there to accept that */
async function secureOldKit(context: CommandContext, host: Host, old: StoredKey, options: KeyChangeOptions): Promise<SavedKit | undefined> {
  if (options.oldKit !== undefined) await host.kit.save(resolve(options.oldKit), { signal: context.signal });
  const saved = host.kit.saved();
  const fingerprint = shortFingerprint(old.fingerprint);
  if (saved !== undefined) {
    context.terminal.note(`The kit of the key ${fingerprint} was saved on ${formatDate(saved.savedAt)}: ${safeText(saved.place)}`);
    return saved;
  }
  if (options.withoutKit === true) return undefined;
  if (!context.terminal.interactive) throw commandError('old-kit-not-saved', { fingerprint });
  const folder = await askFolder(
    context,
    `The kit of the key ${fingerprint} was never saved, and old backups need it. Where to? A folder, or nothing to go on without`,
  );
  if (folder === undefined) {
    await confirm(context, `Go on without a kit of the key ${fingerprint}? If this machine is lost, its backups can't be opened.`);
    return undefined;
  }
  await host.kit.save(folder, { signal: context.signal });
  return host.kit.saved();
}

async function saveNewKit(context: CommandContext, host: Host, folder: string) {
  try {
    return { files: await host.kit.save(resolve(folder), { signal: context.signal }) };
  } catch (failure) {
    // The key is changed by now, and that is to be said whatever became of the kit.
    const { code, message, remedy } = reportOf(failure);
    return { error: { code, message, remedy } };
  }
}

async function askFolder(context: CommandContext, message: string): Promise<string | undefined> {
  if (!context.terminal.interactive) return undefined;
  const typed = (await askText(context, message)).trim();
  return typed === '' ? undefined : resolve(typed);
}

/** Before anything is changed: a kit that can't be saved is no reason to be without one. @throws `kit-folder-unusable` */
async function requireFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const path = resolve(folder);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true)
    throw commandError('kit-folder-unusable', { path, reason: stats === undefined ? 'it is not there' : 'it is not a folder' });
  await access(path, constants.W_OK).catch(() => {
    throw commandError('kit-folder-unusable', { path, reason: 'you may not write there' });
  });
}

function described({ fingerprint, since, until }: StoredKey) {
  return { fingerprint, short: shortFingerprint(fingerprint), since, ...(until === undefined ? {} : { until }) };
}
