import type { Host, SecretsSetting, SecretsState, StoredSettings } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { Colors } from '../output/colors.js';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export type SettingName = 'encryption' | 'level' | 'isolation' | 'secrets';

type Setter = (host: Host, value: string | undefined) => Promise<unknown>;

/** `undefined` takes a setting back to its default. */
const setters: Readonly<Record<SettingName, Setter>> = {
  encryption: (host, value) => host.settings.set({ encryption: encryptionOf(value) }),
  level: (host, value) => host.settings.set({ compressionLevel: levelOf(value) }),
  isolation: (host, value) => host.settings.set({ isolation: isolationOf(value) }),
  secrets: (host, value) => host.moveSecrets(secretsOf(value)),
};

export async function showSettings(context: CommandContext): Promise<undefined> {
  const shown = await currentSettings(await context.host('shared'));
  context.terminal.answer(shown, () => renderSettings(shown, context.terminal.colors));
}

/** Sets one; `default` takes it back. */
export async function setSetting(context: CommandContext, name: SettingName, value: string): Promise<undefined> {
  const host = await context.host();
  await setters[name](host, value === 'default' ? undefined : value);
  const shown = await currentSettings(host);
  context.terminal.report(shown, () => renderSettings(shown, context.terminal.colors));
}

interface ShownSettings {
  readonly settings: StoredSettings;
  readonly secrets: SecretsState;
}

async function currentSettings(host: Host): Promise<ShownSettings> {
  return { settings: host.settings.get(), secrets: await host.describeSecrets() };
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

function isolationOf(value: string | undefined): StoredSettings['isolation'] {
  if (value === undefined || value === 'process' || value === 'inline') return value;
  throw commandError('setting-invalid', { setting: 'isolation', value, what: 'it is process, inline or default' });
}

/** Not `default`: which store that would be depends on the machine, and secrets are not moved by a guess. */
function secretsOf(value = 'default'): SecretsSetting {
  if (value === 'file' || value === 'encrypted' || value === 'keyring') return value;
  throw commandError('setting-invalid', { setting: 'secrets', value, what: 'it is file, encrypted or keyring' });
}

function renderSettings({ settings: { encryption, compressionLevel, isolation }, secrets }: ShownSettings, colors: Colors): string {
  return renderFields(
    [
      ['encryption', encryption ?? 'v2 (default)'],
      ['level', compressionLevel === undefined ? 'default' : String(compressionLevel)],
      ['isolation', isolation ?? 'process (default)'],
      ['secrets', describeSecrets(secrets)],
    ],
    colors,
  );
}

function describeSecrets({ kind, description }: SecretsState): string {
  if (kind === 'undecided') return description;
  return `${safeText(kind === 'encrypted-file' ? 'encrypted' : kind)}, ${safeText(description)}`;
}
