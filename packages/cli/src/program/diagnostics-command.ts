import type { Command } from 'commander';
import type { DiagnosticsOptions } from '../commands/diagnostics.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeDiagnostics(diagnostics: Command): void {
  diagnostics
    .option('--to <file>', 'where to write it, `-` for standard output (default: a new file in this folder)')
    .action((options: DiagnosticsOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/diagnostics.js')).writeDiagnostics(context, options)),
    );
  withExamples(diagnostics, ['holdfast diagnostics', 'holdfast diagnostics --to -']);
}
