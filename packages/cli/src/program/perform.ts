import type { Command } from 'commander';
import type { CommandWork } from '../run/context.js';
import type { GlobalOptions } from '../run/global-options.js';
import type { CommandSettings } from '../run/run-command.js';

/** Runs a command's work, and leaves its exit code to the process. */
export async function perform(command: Command, work: CommandWork, settings?: CommandSettings): Promise<void> {
  const [{ runCommand }, { endWhenStuck }] = await Promise.all([import('../run/run-command.js'), import('../run/end-stuck.js')]);
  process.exitCode = await runCommand(command.optsWithGlobals<GlobalOptions>(), pathOf(command), work, settings);
  endWhenStuck();
}

/** `holdfast backup create`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
