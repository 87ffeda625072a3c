import type { Location } from '@holdfast/core/provider-api';
import type { Check, CheckBench } from '../check.js';
import { checks } from '../checks/index.js';
import { describeError } from '../expectation/check-failure.js';
import type { CheckResult, Report } from '../report/report.js';
import { runCheck } from '../running/run-check.js';
import { newScratchFolder, removeFolder, sweepScratchFolders } from './scratch-folders.js';
import { scratchLocation } from './scratch-location.js';

/** How a location is checked. */
export interface CheckLocationOptions {
  /** What the report calls it. Default `location`. */
  readonly title?: string;
  /** How many objects one page of the service's list has. Default 1000. */
  readonly pageOfList?: number;
  /** Called before each check. */
  readonly onCheck?: (check: Pick<Check, 'id' | 'title'>, number: number, total: number) => void;
  /** Called after each check. */
  readonly onResult?: (result: CheckResult) => void;
  /** Ends the check that runs, and begins no other. What was stored is removed all the same. */
  readonly signal?: AbortSignal;
}

/** Milliseconds that one check may take: the line may be a slow one. */
const timeLimit = 5 * 60_000;

/** Milliseconds for removing what a check has stored. */
const cleaningLimit = 2 * 60_000;

/**
 * Tries the contract on a location that is in use, one rule after the other. All that the checks store lies in folders of their own,
 * `holdfast-check-...`, can't be taken for a backup, and is removed after each check; what checks left that died is removed after a day.
 */
export async function checkLocation(location: Location, options: CheckLocationOptions = {}): Promise<Report> {
  const { title = 'location', pageOfList = 1_000, onCheck, onResult, signal } = options;
  const harmless = checks.filter((check) => check.harmless);
  await sweepScratchFolders(location, cleaningSignal());
  const results: CheckResult[] = [];
  for (const [index, check] of harmless.entries()) {
    if (signal?.aborted === true) break;
    onCheck?.(check, index + 1, harmless.length);
    const folder = newScratchFolder();
    const ran = await runCheck(check, (stop) => scratchBench(location, folder, stop, pageOfList), { timeLimit, signal });
    const result = await afterCleaning(ran, () => removeFolder(location, folder, cleaningSignal()));
    results.push(result);
    onResult?.(result);
  }
  return { subject: title, results };
}

function scratchBench(
  location: Location,
  folder: string,
  signal: AbortSignal,
  pageOfList: number,
): { readonly bench: CheckBench } & AsyncDisposable {
  const open = async () => scratchLocation(location, folder);
  return {
    bench: { signal, open, prefixLength: folder.length + 1, pageOfList, partBytes: undefined },
    async [Symbol.asyncDispose]() {},
  };
}

/** The result, failed if what the check stored could not be removed. */
async function afterCleaning(result: CheckResult, clean: () => Promise<void>): Promise<CheckResult> {
  try {
    await clean();
    return result;
  } catch (error) {
    if (result.state === 'failed') return result;
    return { ...result, state: 'failed', error: `What was stored could not be removed again. ${describeError(error)}` };
  }
}

/** Cleaning goes on when the rest was cancelled. */
function cleaningSignal(): AbortSignal {
  return AbortSignal.timeout(cleaningLimit);
}
