import type { ProviderPackage } from '../providers/provider-package.js';
import type { ProviderRuntime } from '../providers/provider-runtime.js';

/** A runtime that is made with its first call: what runs processes is not loaded for a command that needs no provider. */
export function lateRuntime(found: ProviderPackage, make: () => Promise<ProviderRuntime>): ProviderRuntime {
  let making: Promise<ProviderRuntime> | undefined;
  let made: ProviderRuntime | undefined;
  const runtime = (): Promise<ProviderRuntime> => {
    making ??= make().then((ready) => (made = ready));
    return making;
  };
  return {
    activate: async (signal) => (await runtime()).activate(signal),
    validate: async (typeId, config, context) => (await runtime()).validate(typeId, config, context),
    open: async (typeId, config, context) => (await runtime()).open(typeId, config, context),
    migrate: async (typeId, version, config, context) => (await runtime()).migrate(typeId, version, config, context),
    place: async (typeId, config, context) => (await runtime()).place(typeId, config, context),
    nextStep: async (typeId, input, context) => (await runtime()).nextStep(typeId, input, context),
    status: () =>
      made?.status() ?? {
        package: found.name,
        version: found.version,
        isolation: 'process',
        state: 'idle',
        hostPid: process.pid,
        requests: 0,
        restarts: 0,
        crashes: [],
        at: new Date().toISOString(),
      },
    async [Symbol.asyncDispose]() {
      const ready = await making?.catch(() => undefined);
      await ready?.[Symbol.asyncDispose]();
    },
  };
}
