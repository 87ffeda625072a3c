import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { addProviderPackageCommands } from './provider-package-commands.js';
import { addProviderViewCommands } from './provider-view-commands.js';

export function completeProvider(provider: Command): void {
  withExamples(provider, ['holdfast provider search s3', 'holdfast provider install holdfast-provider-shelf', 'holdfast provider list']);
  addProviderViewCommands(provider);
  addProviderPackageCommands(provider);
}
