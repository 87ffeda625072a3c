import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeDoctor(doctor: Command): void {
  doctor.action((_options: unknown, command: Command) =>
    perform(command, async (context) => (await import('../commands/doctor.js')).doctor(context)),
  );
  withExamples(doctor, ['holdfast doctor', 'holdfast doctor --json']);
}
