import type { StoredSettings } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { Colors } from '../output/colors.js';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export async function showSettings(context: CommandContext): Promise<undefined> {
  const settings = (await context.host('shared')).settings.get();
  context.terminal.answer({ settings }, () => renderSettings(settings, context.terminal.colors));
}

/** Sets one; `default` takes it back. */
export async function setSetting(context: CommandContext, name: 'encryption' | 'level', value: string): Promise<undefined> {
  const change = value === 'default' ? undefined : value;
  const changes = name === 'encryption' ? { encryption: encryptionOf(change) } : { compressionLevel: levelOf(change) };
  const settings = await (await context.host()).settings.set(changes);
  context.terminal.report({ settings }, () => renderSettings(settings, context.terminal.colors));
}

function encryptionOf(value: string | undefined): StoredSettings['encryption'] {
  if (value === undefined || value === 'v2' || value === 'v3') return value;
  throw commandError('setting-invalid', { setting: 'encryption', value, what: 'it is v2, v3 or default' });
}

function levelOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d$/.test(value)) return Number(value);
  throw commandError('setting-invalid', { setting: 'level', value, what: 'it is a number from 0 to 9, or default' });
}

function renderSettings({ encryption, compressionLevel }: StoredSettings, colors: Colors): string {
  return renderFields(
    [
      ['encryption', encryption ?? 'v2 (default)'],
      ['level', compressionLevel === undefined ? 'default' : String(compressionLevel)],
    ],
    colors,
  );
}
