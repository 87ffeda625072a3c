import type { Command } from 'commander';
import type { ProviderInstallOptions } from '../commands/provider-install.js';
import type { ProviderUpdateOptions } from '../commands/provider-update.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

const acceptOption = ['--accept-permissions', 'grant what they ask for, after showing it (also --yes)'] as const;
const nameArgument = ['<name>', 'the package, or a kind of place that it brings'] as const;

/** `provider install|update|rollback|pin|unpin|enable|disable|remove`: they change what is installed. */
export function addProviderPackageCommands(provider: Command): void {
  const install = provider
    .command('install')
    .description('Install provider packages from npm, a tarball or a folder')
    .argument('<spec...>', 'NAME, NAME@RANGE, NAME@TAG, FILE.tgz, or a folder, which is linked and not copied')
    .option(...acceptOption)
    .action((specs: string[], options: ProviderInstallOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-install.js')).installProviders(context, specs, options)),
    );
  withExamples(install, [
    'holdfast provider install holdfast-provider-shelf',
    'holdfast provider install holdfast-provider-shelf@^1.2 --accept-permissions',
    'holdfast provider install ./holdfast-provider-shelf-1.2.0.tgz',
    'holdfast provider install ./my-provider',
  ]);

  const update = provider
    .command('update')
    .description('Update provider packages; one that fails stays as it was')
    .argument('[name...]', 'the packages, or kinds of places')
    .option('--all', 'all that are installed and not pinned')
    .option(...acceptOption)
    .action((names: string[], options: ProviderUpdateOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-update.js')).updateProviders(context, names, options)),
    );
  withExamples(update, ['holdfast provider update --all', 'holdfast provider update holdfast-provider-shelf --accept-permissions']);

  addChange(provider, 'rollback', 'Go back to the version before, which was kept', ['holdfast provider rollback holdfast-provider-shelf']);

  const pin = provider
    .command('pin')
    .description('Keep a package at its version, or at the one before')
    .argument('<name[@version]>', 'the package, and which of the versions that are here (default: the one in use)')
    .action((spec: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-change.js')).pinProvider(context, spec)),
    );
  withExamples(pin, ['holdfast provider pin holdfast-provider-shelf', 'holdfast provider pin holdfast-provider-shelf@1.2.0']);

  addChange(provider, 'unpin', 'Let a package be updated again', ['holdfast provider unpin holdfast-provider-shelf']);
  const enable = provider
    .command('enable')
    .description('Use a package again, also one that crashed too often')
    .argument(...nameArgument)
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-change.js')).enableProvider(context, name)),
    );
  withExamples(enable, ['holdfast provider enable holdfast-provider-shelf', 'holdfast provider enable local']);

  addChange(provider, 'disable', 'Leave a package installed and run none of its code', [
    'holdfast provider disable holdfast-provider-shelf',
  ]);

  const remove = provider
    .command('remove')
    .description('Remove a package; what its locations hold stays where it is')
    .argument(...nameArgument)
    .option('--force', 'also if locations use it, which nobody can open then')
    .action((name: string, options: { force?: boolean }, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-change.js')).removeProvider(context, name, options)),
    );
  withExamples(remove, [
    'holdfast provider remove holdfast-provider-shelf',
    'holdfast provider remove holdfast-provider-shelf --force --yes',
  ]);
}

function addChange(provider: Command, name: 'rollback' | 'unpin' | 'disable', description: string, examples: readonly string[]): void {
  const command = provider
    .command(name)
    .description(description)
    .argument(...nameArgument)
    .action((chosen: string, _options: unknown, own: Command) =>
      perform(own, async (context) => (await import('../commands/provider-change.js')).changeProvider(context, name, chosen)),
    );
  withExamples(command, examples);
}
