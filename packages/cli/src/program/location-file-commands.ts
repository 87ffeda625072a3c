import type { Command } from 'commander';
import type { LocationExportOptions } from '../commands/location-export.js';
import type { LocationImportOptions } from '../commands/location-import.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

/** `location export|import`: locations on their way to another machine. */
export function addLocationFileCommands(location: Command): void {
  const exporting = location
    .command('export')
    .description('Write the settings of locations to a file, for another machine')
    .argument('[location...]', 'ids or titles (default: all)')
    .option('--to <file>', 'the file (default: standard output)')
    .option('--with-secrets', 'also the secrets, encrypted with a passphrase')
    .option('--passphrase-file <file>', 'the passphrase, on the first line of a file (default: it is asked for)')
    .action((chosen: string[], options: LocationExportOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-export.js')).exportLocations(context, chosen, options)),
    );
  withExamples(exporting, ['holdfast location export --to locations.json', 'holdfast location export NAS --with-secrets --to nas.json']);

  const importing = location
    .command('import')
    .description('Add the locations of such a file; those that are there stay')
    .argument('<file>', 'the file, `-` for standard input')
    .option('--passphrase-file <file>', 'the passphrase of its secrets, on the first line (default: it is asked for)')
    .option('--no-secrets', 'leave the secrets out, and enter them again')
    .action((file: string, options: LocationImportOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-import.js')).importLocations(context, file, options)),
    );
  withExamples(importing, ['holdfast location import locations.json', 'holdfast location import nas.json --passphrase-file pass.txt']);
}
