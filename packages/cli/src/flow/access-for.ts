import type { CommandContext } from '../run/context.js';

/**
 * How a command that leads a flow opens the data directory. Somebody may think about a question for as long as they like, and a backup that is due
 * meanwhile must not give up waiting. It needs nobody to stay away: flows, secrets and the configuration have locks of their own, held while they are
 * changed, and what others changed is read again before that.
 */
export function accessFor({ terminal }: Pick<CommandContext, 'terminal'>): 'exclusive' | 'shared' {
  return terminal.interactive ? 'shared' : 'exclusive';
}
