import { type Host, parseByteSize, type SecretsSetting, type SecretsState, type StoredSettings } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { Colors } from '../output/colors.js';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export type SettingName = 'encryption' | 'level' | 'isolation' | 'secrets' | 'spool' | 'verify-every' | 'verify-share';

type Setter = (host: Host, value: string | undefined) => Promise<unknown>;

/** `undefined` takes a setting back to its default. */
const setters: Readonly<Record<SettingName, Setter>> = {
  encryption: (host, value) => host.settings.set({ encryption: encryptionOf(value) }),
  level: (host, value) => host.settings.set({ compressionLevel: levelOf(value) }),
  isolation: (host, value) => host.settings.set({ isolation: isolationOf(value) }),
  secrets: (host, value) => host.moveSecrets(secretsOf(value)),
  spool: (host, value) => host.settings.set({ spoolBytes: bytesOf(value) }),
  'verify-every': (host, value) => setVerification(host, { everyDays: numberOf('verify-every', value, /^(\d{1,3})( ?days?)?$/, 0, 366) }),
  'verify-share': (host, value) => setVerification(host, { percent: numberOf('verify-share', value, /^(\d{1,3})( ?%)?$/, 1, 100) }),
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

function bytesOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const bytes = value === '0' ? 0 : parseByteSize(value);
  if (bytes !== undefined) return bytes;
  throw commandError('setting-invalid', { setting: 'spool', value, what: 'it is a size such as "20 GB", 0 or default' });
}

/** Only what is not the default is kept. */
function setVerification(host: Host, change: { readonly [Name in keyof Verification]: Verification[Name] | undefined }): Promise<unknown> {
  const { everyDays, percent } = { ...host.settings.get().verification, ...change };
  return host.settings.set({ verification: { ...(everyDays !== undefined && { everyDays }), ...(percent !== undefined && { percent }) } });
}

type Verification = NonNullable<StoredSettings['verification']>;

function numberOf(setting: string, value: string | undefined, form: RegExp, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(form.exec(value)?.[1] ?? Number.NaN);
  if (number >= least && number <= most) return number;
  throw commandError('setting-invalid', { setting, value, what: `it is a number from ${least} to ${most}, or default` });
}

/** Not `default`: which store that would be depends on the machine, and secrets are not moved by a guess. */
function secretsOf(value = 'default'): SecretsSetting {
  if (value === 'file' || value === 'encrypted' || value === 'keyring') return value;
  throw commandError('setting-invalid', { setting: 'secrets', value, what: 'it is file, encrypted or keyring' });
}

function renderSettings(
  { settings: { encryption, compressionLevel, isolation, spoolBytes, verification = {} }, secrets }: ShownSettings,
  colors: Colors,
): string {
  return renderFields(
    [
      ['encryption', encryption ?? 'v2 (default)'],
      ['level', compressionLevel === undefined ? 'default' : String(compressionLevel)],
      ['isolation', isolation ?? 'process, but for what comes with Holdfast (default)'],
      ['spool', spoolBytes === undefined ? 'half of what is free (default)' : formatBytes(spoolBytes)],
      ['verify-every', everyDays(verification.everyDays)],
      ['verify-share', verification.percent === undefined ? '10 % (default)' : `${verification.percent} %`],
      ['secrets', describeSecrets(secrets)],
    ],
    colors,
  );
}

function everyDays(days: number | undefined): string {
  if (days === undefined) return '7 days (default)';
  return days === 0 ? '0: never' : `${days} days`;
}

function describeSecrets({ kind, description }: SecretsState): string {
  if (kind === 'undecided') return description;
  return `${safeText(kind === 'encrypted-file' ? 'encrypted' : kind)}, ${safeText(description)}`;
}
