import { isHoldfastError, type HoldfastError } from '../../base/errors.js';
import { providerError } from '../errors.js';
import type { ProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';

export interface FallBack {
  /** What runs a package's code. */
  readonly runtimeOf: (found: ProviderPackage) => ProviderRuntime;
  /** Called before the code is first run. Rejects with why it may not be. */
  readonly prepare: (found: ProviderPackage) => Promise<void>;
  /** Makes the version before the one in use, and returns it; `undefined` if there is none. */
  readonly goBack: (failed: ProviderPackage, error: HoldfastError) => Promise<ProviderPackage | undefined>;
}

/** Runs an installed package. If it can't be started and there is a good version before it, that one is used from then on. */
export function runWithFallBack(found: ProviderPackage, { runtimeOf, prepare, goBack }: FallBack): ProviderRuntime {
  let current: Promise<ProviderPackage> = Promise.resolve(found);
  let falling: Promise<ProviderPackage> | undefined;
  let latest = found;

  async function started(signal?: AbortSignal): Promise<ProviderRuntime> {
    const used = await current;
    try {
      await prepare(used);
      await runtimeOf(used).activate(signal);
    } catch (error) {
      if (used !== found || !isFailedStart(error) || signal?.aborted === true) throw error;
      // All calls that are waiting for the start go the same way.
      falling ??= replaceBy(used, error).catch((failure: unknown) => {
        // At the next call it may be another one, or none.
        falling = undefined;
        throw failure;
      });
      latest = await falling;
      current = falling;
      await prepare(latest);
      await runtimeOf(latest).activate(signal);
    }
    return runtimeOf(latest);
  }

  async function replaceBy(failed: ProviderPackage, error: HoldfastError): Promise<ProviderPackage> {
    const before = await goBack(failed, error);
    if (before === undefined) throw error;
    // Whatever is left of it is of no use, and how it ends doesn't matter.
    await Promise.allSettled([runtimeOf(failed)[Symbol.asyncDispose]()]);
    return before;
  }

  /** The runtime for a call that was made for the version that was asked for: its settings must mean the same to the one that is used. */
  async function runtimeFor(typeId: string, signal: AbortSignal): Promise<ProviderRuntime> {
    const runtime = await started(signal);
    const versionOf = ({ types }: ProviderPackage) => types.find(({ id }) => id === typeId)?.configVersion;
    if (versionOf(latest) === versionOf(found)) return runtime;
    const details = { subject: `${found.name}@${found.version}`, previous: latest.version };
    throw providerError('provider-fell-back', { ...details, reason: 'its settings have another form' });
  }

  return {
    activate: async (signal) => void (await started(signal)),
    validate: async (typeId, config, context) => (await runtimeFor(typeId, context.signal)).validate(typeId, config, context),
    open: async (typeId, config, context) => (await runtimeFor(typeId, context.signal)).open(typeId, config, context),
    migrate: async (typeId, version, config, context) =>
      (await runtimeFor(typeId, context.signal)).migrate(typeId, version, config, context),
    place: async (typeId, config, context) => (await runtimeFor(typeId, context.signal)).place(typeId, config, context),
    nextStep: async (typeId, input, context) => (await runtimeFor(typeId, context.signal)).nextStep(typeId, input, context),
    status: () => runtimeOf(latest).status(),
    [Symbol.asyncDispose]: () => runtimeOf(latest)[Symbol.asyncDispose](),
  };
}

/** Those that say nothing about the version: one that crashed too often may still be whole, a path or the machine may be what is wrong. */
const noFaultOfVersion = new Set(['provider-stopped', 'provider-not-started', 'provider-path-refused']);

/** True for what says that the package can't be started, whatever is asked of it. */
function isFailedStart(error: unknown): error is HoldfastError {
  return isHoldfastError(error) && error.code.startsWith('provider-') && !noFaultOfVersion.has(error.code);
}
