import type { JsonRecord } from '@holdfast/core/provider-api';
import { checks } from '../checks/index.js';
import { openInProcess } from '../process/open-in-process.js';
import type { TestPlace } from '../subject.js';
import { CommandError } from './command-error.js';
import type { GivenSubject } from './load-subject.js';

/** What is known of a place by its settings alone. */
interface ScratchPlace {
  /** The provider package's folder. */
  readonly folder: string;
  /** The type's id. */
  readonly type: string;
  readonly config: JsonRecord;
}

/** Milliseconds in which a place is emptied. */
const emptyingLimit = 5 * 60_000;

/**
 * One place for all checks in turn: each finds it empty, as what the one before left is deleted. So it has to be empty at first, and
 * nobody else's.
 */
export async function scratchSubject(scratch: ScratchPlace, signal: AbortSignal): Promise<GivenSubject> {
  const { config, type } = scratch;
  const [found] = await keysAt(scratch, signal);
  if (found !== undefined) {
    throw new CommandError(
      'place-not-empty',
      `The place of these settings is not empty: it holds ${JSON.stringify(found)}.`,
      'The checks delete all that they find there. Name a folder, a bucket or a prefix that is made for them.',
    );
  }
  const place: TestPlace = {
    config,
    async [Symbol.asyncDispose]() {
      await keysAt(scratch, AbortSignal.timeout(emptyingLimit), 'remove');
    },
  };
  return { type, place: async () => place, skip: Object.fromEntries(checks.flatMap(beyondSettings)) };
}

/** What needs more of a place than its settings, and so is left out. */
function beyondSettings({ id, needs }: (typeof checks)[number]): [id: string, reason: string][] {
  return needs.length === 0 ? [] : [[id, `needs a subject whose place has "${needs.join('" and "')}"`]];
}

/** The keys of what is stored there; `remove` deletes it. */
async function keysAt(scratch: ScratchPlace, signal: AbortSignal, then?: 'remove'): Promise<readonly string[]> {
  await using opener = openInProcess(scratch);
  const location = await opener.open({ firstUse: true });
  const keys: string[] = [];
  for await (const { key } of location.list('', { signal })) keys.push(key);
  if (then === 'remove') for (const key of keys) await location.delete(key, { signal });
  return keys;
}
