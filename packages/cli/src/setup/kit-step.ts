import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Host } from '@holdfast/core';
import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { askText } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { typedPath } from './typed-path.js';

/** Where a kit was saved. */
export interface KitFiles {
  readonly textPath: string;
  /** To be printed. */
  readonly htmlPath: string;
}

/** Saves a kit, and reads it back as the proof that it is there. */
export async function saveKitProven(host: Host, folder: string): Promise<KitFiles> {
  const files = await host.kit.save(folder);
  await host.kit.confirm({ file: files.textPath });
  return files;
}

/**
 * Saves the kit where its user says, and lets them show that they have it. One that was shown before is not asked for again.
 *
 * @returns the kit that was saved here, if one was
 */
export async function saveAndProveKit(context: CommandContext, host: Host): Promise<KitFiles | undefined> {
  const { terminal } = context;
  const before = host.kit.saved();
  if (before?.proven !== undefined) {
    terminal.note(`  Its kit is saved: ${safeText(before.place)}`);
    return undefined;
  }
  const saved = before === undefined ? await save(context, host) : { textPath: before.place, htmlPath: htmlBeside(before.place) };
  terminal.note(
    [
      `  ${terminal.noteColors.bold(safeText(saved.textPath))}`,
      '  Without it, nobody opens your backups when this machine is gone. Print it, or copy it to a place that is not this',
      '  machine, and look at what you have there:',
    ].join('\n'),
  );
  await prove(context, host);
  return saved;
}

async function save(context: CommandContext, host: Host): Promise<KitFiles> {
  for (;;) {
    const folder = await askText(context, 'In which folder shall the emergency kit be saved? A USB stick is a good one.', {
      initial: homedir(),
    });
    try {
      return await host.kit.save(typedPath(folder));
    } catch (error) {
      const { message, remedy } = reportOf(error);
      context.terminal.warn(`${context.terminal.noteColors.red('!')} ${safeText(message)} ${safeText(remedy)}`);
    }
  }
}

async function prove({ terminal, ...context }: CommandContext, host: Host): Promise<void> {
  const { group, groups } = host.kit.question();
  const question = `Group ${group} of the ${groups} groups of the key, as your kit shows it (or the path of the kit that you copied)`;
  for (;;) {
    const typed = (
      await askText({ terminal, ...context }, question, { check: (text) => (text.trim() === '' ? 'Look it up in the kit.' : undefined) })
    ).trim();
    try {
      await host.kit.confirm(/[/\\]/.test(typed) ? { file: typedPath(typed) } : { group, typed });
      terminal.note(`  ${terminal.noteColors.green('Right.')} You have what opens your backups.`);
      return;
    } catch (error) {
      const { message, remedy } = reportOf(error);
      terminal.warn(`${terminal.noteColors.red('!')} ${safeText(message)} ${safeText(remedy)}`);
    }
  }
}

/**
 * Saves the kit once more, beside the one from before, which goes: this one also says where the backups are. If it can't be, the first one stays: it
 * has the key.
 */
export async function renewKit(host: Host, before: KitFiles): Promise<KitFiles> {
  try {
    const renewed = await saveKitProven(host, dirname(resolve(before.textPath)));
    await Promise.all([rm(before.textPath, { force: true }), rm(before.htmlPath, { force: true })]);
    return renewed;
  } catch {
    return before;
  }
}

function htmlBeside(textPath: string): string {
  return textPath.replace(/\.txt$/, '.html');
}
