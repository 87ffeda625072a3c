import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isErrno } from '../../base/atomic-file.js';
import { endProcessGroup } from '../../base/process-group.js';
import { documentOf, type Message } from './message.js';
import type { CommandTarget } from './notification.js';

const keptCharacters = 300;

/**
 * Runs the command, which gets the message as JSON on its standard input and its title in the environment. One that takes too long is stopped
 * with all that it started. Rejects with why it failed.
 */
export async function sendCommand({ command, timeLimit }: CommandTarget, message: Message, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'ignore', 'pipe'],
    windowsHide: true,
    env: { ...process.env, HOLDFAST_TITLE: message.title, HOLDFAST_SEVERITY: message.severity },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptCharacters)));
  // One that does not want to read it need not.
  child.stdin.on('error', () => {});
  child.stdin.end(`${JSON.stringify(documentOf(message))}\n`);
  const limit = AbortSignal.timeout(Math.ceil(timeLimit * 1000));
  const stop = AbortSignal.any([signal, limit]);
  try {
    const [code, killedBy] = (await once(child, 'exit', { signal: stop })) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    const last = said.trim().split('\n').at(-1) ?? '';
    const how = code !== null ? `it ended with ${code}` : `it was ended by ${String(killedBy)}`;
    throw new Error(last === '' ? how : `${how}: ${last}`);
  } catch (error) {
    if (stop.aborted) {
      await endProcessGroup(child);
      signal.throwIfAborted();
      throw new Error(`it was stopped after ${timeLimit} seconds`, { cause: error });
    }
    if (isErrno(error, 'ENOENT')) throw new Error('there is no such program', { cause: error });
    if (isErrno(error, 'EACCES', 'EPERM')) throw new Error('it may not be run', { cause: error });
    throw error;
  } finally {
    child.stderr.destroy();
  }
}
