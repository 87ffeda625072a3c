import { type Host, isHoldfastError, type LocationRecord, type ProviderType } from '@holdfast/core';
import { commandError } from '../errors.js';
import { runFlow } from '../flow/run-flow.js';
import { gatherValues, type SettingsOptions } from '../location-config/gather-values.js';
import { safeText } from '../output/safe-text.js';
import { askChoice, askText } from '../prompts/ask.js';
import { grantPermissions } from '../prompts/grant-permissions.js';
import { installProgress } from '../provider/install-progress.js';
import type { CommandContext } from '../run/context.js';

export interface RecoverLocationOptions extends SettingsOptions {
  readonly provider?: string;
  readonly install?: string;
  readonly acceptPermissions?: boolean;
  readonly location?: string;
  readonly title?: string;
}

const elsewhere = 'another place';
const otherKind = 'another kind';

/** The place where the backups are: one that is there, or a new one through its provider's flow. `known`: that of a recovery that was broken off. */
export async function findRecoverLocation(
  context: CommandContext,
  host: Host,
  options: RecoverLocationOptions,
  args: readonly string[],
  known: string | undefined,
): Promise<LocationRecord> {
  if (options.location !== undefined) return host.locations.get(options.location);
  const there = host.locations.list();
  if (options.provider === undefined && options.install === undefined) {
    const before = there.find(({ id }) => id === known);
    if (before !== undefined) {
      context.terminal.note(`Going on with ${safeText(before.title)}: ${safeText(host.locations.describe(before.id))}`);
      return before;
    }
    const chosen = there.length === 0 ? undefined : await chooseLocation(context, host);
    if (chosen !== undefined) return chosen;
  }
  const type = await findType(context, host, options);
  const given = await gatherValues(type, args, options);
  const { title } = options;
  try {
    const first = await host.flows.start(
      { kind: 'setup', provider: type.id, ...(title === undefined ? {} : { title }) },
      { signal: context.signal },
    );
    const done = await runFlow(context, host, first, { given, resumed: false });
    context.terminal.note(`Connected: ${safeText(host.locations.describe(done.location.id))}`);
    return host.locations.get(done.location.id);
  } catch (error) {
    // As after a run that was broken off, or on a host that has it.
    if (isHoldfastError(error, 'location-exists')) return host.locations.get(String(error.details['title']));
    throw error;
  }
}

async function chooseLocation(context: CommandContext, host: Host): Promise<LocationRecord | undefined> {
  const there = host.locations.list();
  const [only] = there;
  if (!context.terminal.interactive) {
    if (there.length === 1) return only;
    const known = there.map(({ title }) => title).join(', ');
    throw commandError('bad-usage', {
      what: `say where the backups are, with --location (${known}) or --provider`,
      help: 'holdfast recover --help',
    });
  }
  const choices = there.map(({ id, title }) => ({ value: id, label: safeText(title), hint: safeText(host.locations.describe(id)) }));
  const chosen = await askChoice(context, 'Where are the backups?', [...choices, { value: elsewhere, label: 'Somewhere else' }]);
  return there.find(({ id }) => id === chosen);
}

/** The kind of place; its provider is installed where it isn't there. */
async function findType(context: CommandContext, host: Host, options: RecoverLocationOptions): Promise<ProviderType> {
  if (options.install !== undefined) await install(context, host, options.install, options);
  const wanted = options.provider ?? (await chooseType(context, host));
  if (wanted !== otherKind) {
    try {
      return host.providers.type(wanted);
    } catch (error) {
      if (!isHoldfastError(error, 'unknown-provider') || options.install !== undefined) throw error;
      await install(context, host, await packageFor(context, wanted), options);
      return host.providers.type(wanted);
    }
  }
  const before = host.providers.types().map(({ id }) => id);
  await install(context, host, await packageFor(context, undefined), options);
  const [first, ...others] = host.providers.types().filter(({ id }) => !before.includes(id));
  return first !== undefined && others.length === 0 ? first : findType(context, host, options);
}

async function chooseType(context: CommandContext, host: Host): Promise<string> {
  const types = host.providers.types();
  const [only] = types;
  if (!context.terminal.interactive) {
    // After an installation of one kind there is no doubt.
    if (types.length === 1 && only !== undefined) return only.id;
    const known = types.map(({ id }) => id).join(', ');
    throw commandError('bad-usage', {
      what: `say with --provider what kind of place the backups are at (${known})`,
      help: 'holdfast recover --help',
    });
  }
  const choices = types.map(({ id, label, description }) => ({
    value: id,
    label: safeText(label),
    ...(description === undefined ? {} : { hint: safeText(description) }),
  }));
  return askChoice(context, 'Where are the backups? The kit says it.', [...choices, { value: otherKind, label: 'Another kind of place' }]);
}

/** The kinds of Holdfast's own packages are called as these are. */
async function packageFor(context: CommandContext, type: string | undefined): Promise<string> {
  const likely = type === undefined ? '' : `@holdfast/provider-${type}`;
  if (!context.terminal.interactive) return likely;
  return askText(context, 'Which provider package from npm?', {
    initial: likely,
    check: (text) => (text.trim() === '' ? 'Its name is needed, such as @holdfast/provider-b2' : undefined),
  });
}

async function install(context: CommandContext, host: Host, spec: string, { acceptPermissions }: RecoverLocationOptions): Promise<void> {
  using progress = installProgress(context, spec);
  const { provider } = await host.packages.install(spec, {
    grant: (request) => progress.pausing(() => grantPermissions(context, request, acceptPermissions === true)),
    onProgress: progress.update,
    signal: context.signal,
  });
  progress.stop();
  context.terminal.note(`Installed ${safeText(provider.name)} ${safeText(provider.version)}.`);
}
