import type { Host } from '@holdfast/core';
import type { CommandContext } from '../run/context.js';

/** Says, until it was done, that the emergency kit of the current key should be saved. */
export function remindOfKit({ terminal }: CommandContext, host: Host): void {
  if (host.keys.current() === undefined) return;
  const { state } = host.kit.state();
  if (state === 'saved') return;
  const what =
    state === 'missing' ? 'No emergency kit was saved yet.' : 'The key was changed, and no emergency kit of the new one was saved yet.';
  terminal.note(
    [
      '',
      `${terminal.noteColors.yellow(what)} If this machine is lost, nobody can open its ${state === 'missing' ? '' : 'newer '}backups without one.`,
      'Save it, and keep it somewhere else: holdfast kit save DIR',
    ].join('\n'),
  );
}
