import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A path as it was typed at a question, where no shell has been over it. */
export function typedPath(typed: string): string {
  const path = typed.trim();
  return path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : resolve(path);
}
