import { displayName } from '../../base/file-name.js';
import type { RestoreProblemCode } from './safe-path.js';

export function describeRestoreProblem(path: string, code: RestoreProblemCode, cause: unknown): string {
  const name = displayName(path);
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  switch (code) {
    case 'outside-target':
      return `${name} leads out of the target folder: not restored.`;
    case 'through-link':
      return `${name} lies behind a symbolic link in the target folder: not restored.`;
    case 'unsafe-name':
      return `${name} is not a name that a file may have here: not restored.`;
    case 'exists':
      return `${name} is there already: left as it is.`;
    case 'duplicate':
      return `${name} is in the backup more than once: only the first was restored.`;
    case 'device':
      return `${name} is a device or a FIFO: not restored.`;
    case 'no-space':
      return `${name} doesn't fit on the disk${reason}: not restored.`;
    case 'owner':
      return `${name} was restored, but not its owner${reason}.`;
    case 'mode':
      return `${name} was restored, but not all of its permissions${reason}.`;
    case 'link':
      return `${name} is a link to a file that was not restored${reason}: not restored.`;
    case 'write-failed':
      return `${name} can't be written${reason}: not restored.`;
  }
}
