import { resolve } from 'node:path';
import { type SavedKit, shortFingerprint } from '@holdfast/core';
import { commandError } from '../errors.js';
import { requireFingerprint } from '../keys/named-key.js';
import { reportOf } from '../output/error-report.js';
import { askText } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

const attempts = 3;

/** Has somebody show that they have the kit: by its file, or by a part of the key that they read off it. */
export async function confirmKit(
  context: CommandContext,
  file: string | undefined,
  options: { readonly fingerprint?: string },
): Promise<undefined> {
  const host = await context.host();
  const about = options.fingerprint === undefined ? {} : { fingerprint: requireFingerprint(options.fingerprint) };
  const kit = file === undefined ? await askForGroup(context, about) : await host.kit.confirm({ file: resolve(file), ...about });
  const short = shortFingerprint(kit.fingerprint);
  context.terminal.report({ kit: { ...kit, short } }, () => context.terminal.colors.green(`The kit of the key ${short} is there.`));
}

async function askForGroup(context: CommandContext, about: { readonly fingerprint?: string }): Promise<SavedKit> {
  const host = await context.host();
  if (!context.terminal.interactive) throw commandError('kit-not-shown', {});
  for (let attempt = 1; ; attempt += 1) {
    const { group, groups, fingerprint } = host.kit.question(about.fingerprint);
    const typed = await askText(context, `Group ${group} of the ${groups} of the key ${shortFingerprint(fingerprint)}, as the kit has it`);
    try {
      return await host.kit.confirm({ group, typed, fingerprint });
    } catch (error) {
      if (attempt === attempts || reportOf(error).code !== 'kit-proof-wrong') throw error;
      context.terminal.note(reportOf(error).message);
    }
  }
}
