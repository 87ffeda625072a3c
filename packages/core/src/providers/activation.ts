import { monotonic } from '../base/monotonic.js';
import { isHoldfastError } from '../base/errors.js';
import type { ProviderDefinition, ProviderLogger } from '../provider-api/index.js';
import { providerError } from './errors.js';
import { type Definitions, definitionsOf, subjectOf } from './provider-module.js';
import type { ProviderPackage } from './provider-package.js';

/** A package whose code runs. */
export interface Activation {
  readonly definitions: Definitions;
  /** Milliseconds that it took. */
  readonly timing: { readonly load: number; readonly activate: number };
}

/** Loads a package's code and lets each of its definitions prepare itself. */
export async function activatePackage(found: ProviderPackage, load: (found: ProviderPackage) => Promise<unknown>): Promise<Activation> {
  const began = monotonic();
  const exported = await load(found);
  const loaded = monotonic();
  const definitions = definitionsOf(exported, found);
  for (const definition of distinct(definitions)) {
    try {
      await definition.activate?.();
    } catch (error) {
      if (isHoldfastError(error)) throw error;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${typeof error}, which is no Error`;
      throw providerError('provider-activation-failed', { subject: subjectOf(found), reason }, error);
    }
  }
  return { definitions, timing: { load: loaded - began, activate: monotonic() - loaded } };
}

/** Lets each definition finish, for so long at most. What goes wrong is logged: nothing depends on it any more. */
export async function deactivatePackage(
  found: ProviderPackage,
  definitions: Definitions,
  { limit, log }: { readonly limit: number; readonly log: ProviderLogger | undefined },
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limit, 'late');
  });
  const running = distinct(definitions).map(async (definition) => {
    try {
      await definition.deactivate?.();
    } catch (error) {
      log?.warn(
        `${subjectOf(found)} failed while it was deactivated: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  });
  const ended = await Promise.race([Promise.all(running), tooLate]);
  clearTimeout(timer);
  if (ended === 'late') log?.warn(`${subjectOf(found)} was not deactivated after ${limit / 1000} seconds.`);
}

/** Several types may share one definition. */
function distinct(definitions: Definitions): ProviderDefinition<unknown>[] {
  return [...new Set(definitions.values())];
}
