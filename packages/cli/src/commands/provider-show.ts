import type { Host, InstalledProvider, PackageInspection, Permissions, ProviderType } from '@holdfast/core';
import { isHoldfastError } from '@holdfast/core';
import { providerFields } from '../location-config/provider-fields.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import { stateWords } from '../provider/describe-package.js';
import { describeProvenance, permissionFields } from '../provider/describe-permissions.js';
import { packageNameOf } from '../provider/find-package.js';
import type { CommandContext } from '../run/context.js';

/** All that is known of a package: of an installed one, of one in a folder, or what the registry says of any other. */
export async function showProvider(context: CommandContext, given: string): Promise<undefined> {
  const host = await context.host('shared');
  const name = packageNameOf(host, given);
  const installed = host.packages.list().find((provider) => provider.name === name);
  const types = host.providers.types().filter((type) => type.package.name === name);
  if (installed !== undefined) showInstalled(context, installed, types);
  else if (types.length > 0) showFound(context, types);
  else showInspected(context, await inspect(context, host, name));
}

async function inspect(context: CommandContext, host: Host, spec: string): Promise<PackageInspection> {
  try {
    return await host.packages.inspect(spec, { signal: context.signal });
  } catch (error) {
    // A slip of the finger in the name of an installed one is likelier than a question to a registry that isn't there.
    if (isHoldfastError(error, 'registry-unreachable')) host.packages.get(spec);
    throw error;
  }
}

function showInstalled(context: CommandContext, provider: InstalledProvider, types: readonly ProviderType[]): void {
  const { colors } = context.terminal;
  context.terminal.answer({ provider, types: types.map(describeType) }, () =>
    [
      renderFields(
        [
          ['name', provider.name],
          ['version', provider.version],
          ['state', stateWords(provider)],
          ['asked for', provider.spec],
          ...(provider.previous === undefined ? [] : [['before', `${provider.previous.version} (provider rollback)`] as const]),
          ['installed', formatDate(provider.installedAt)],
          ['origin', provider.linked ? 'a folder of yours, used as it is' : describeProvenance(provider.provenance)],
          ...(provider.integrity === undefined ? [] : [['integrity', provider.integrity] as const]),
          ['folder', provider.folder],
          ...permissionsOf(provider.granted, provider.asks),
        ],
        colors,
      ),
      ...renderTypes(context, types),
    ].join('\n'),
  );
}

function permissionsOf(granted: Permissions, asks: Permissions): [string, string][] {
  const allowed = permissionFields(granted);
  if (JSON.stringify(granted) === JSON.stringify(asks)) return allowed;
  return [...allowed, ...permissionFields(asks).map(([label, value]): [string, string] => [`asks for ${label}`, value])];
}

function showFound(context: CommandContext, types: readonly ProviderType[]): void {
  const [first] = types;
  if (first === undefined) return;
  const { name, version, folder } = first.package;
  context.terminal.answer({ package: { name, version, folder: folder ?? null }, types: types.map(describeType) }, () =>
    [
      renderFields(
        [
          ['name', name],
          ['version', version],
          ['state', 'not installed by name: it comes along, or is in a folder that was named'],
          ...(folder === undefined ? [] : [['folder', folder] as const]),
        ],
        context.terminal.colors,
      ),
      ...renderTypes(context, types),
    ].join('\n'),
  );
}

function showInspected(context: CommandContext, found: PackageInspection): void {
  context.terminal.answer({ found }, () =>
    renderFields(
      [
        ['name', found.name],
        ['version', found.version],
        ['state', found.installed === undefined ? 'not installed' : `${found.installed} is installed`],
        ...(found.incompatible === undefined ? [] : [['but', found.incompatible.message] as const]),
        ['types', found.types.map(({ id }) => id).join(', ')],
        ['origin', describeProvenance(found.provenance)],
        ...permissionFields(found.asks),
      ],
      context.terminal.colors,
    ),
  );
  context.terminal.note(`Install it: holdfast provider install ${safeText(found.name)}`);
}

function describeType(type: ProviderType) {
  return {
    id: type.id,
    label: type.label,
    ...(type.description === undefined ? {} : { description: type.description }),
    configVersion: type.configVersion,
    features: [...type.features],
    fields: providerFields(type.configSchema, type.secretFields).map(({ isPath: _, ...field }) => field),
  };
}

function renderTypes({ terminal: { colors } }: CommandContext, types: readonly ProviderType[]): string[] {
  return types.flatMap((type) => [
    '',
    `${colors.bold(safeText(type.id))}  ${safeText(type.description ?? type.label)}`,
    renderFields(
      providerFields(type.configSchema, type.secretFields).map(({ name, title, required, secret }) => [
        name,
        [title, ...(required ? ['needed'] : []), ...(secret ? ['secret'] : [])].join(', '),
      ]),
      colors,
      '  ',
    ),
  ]);
}
