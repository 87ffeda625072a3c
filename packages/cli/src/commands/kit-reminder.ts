import type { Host } from '@holdfast/core';
import type { CommandContext } from '../run/context.js';

/** Says, until it was done, that the emergency kit should be saved. */
export function remindOfKit({ terminal }: CommandContext, host: Host): void {
  if (host.kit.saved() !== undefined || host.keys.current() === undefined) return;
  terminal.note(
    [
      '',
      `${terminal.noteColors.yellow('No emergency kit was saved yet.')} If this machine is lost, nobody can open its backups without one.`,
      'Save it, and keep it somewhere else: holdfast kit save DIR',
    ].join('\n'),
  );
}
