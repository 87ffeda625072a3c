import type { ProviderPackage } from '../providers/provider-package.js';
import type { ProviderRuntime } from '../providers/provider-runtime.js';
import { isJsonObject } from '../providers/schema-problem.js';

/** The values of all secrets that this host came to know, so that none of them gets into a log. Never on disk. */
export interface KnownSecrets {
  /** The same list until there are more. */
  values(): readonly string[];
  /** The runtime, which notes the secrets among the settings that it is called with: new ones are tried out before they are stored. */
  notingCalls(found: ProviderPackage, runtime: ProviderRuntime): ProviderRuntime;
}

/** @param stored those that went through the store, the same list until there are more */
export function createKnownSecrets(stored: () => readonly string[]): KnownSecrets {
  const called = new Set<string>();
  let listed: { readonly of: readonly string[]; readonly called: number; readonly values: readonly string[] } | undefined;

  function noteFields(found: ProviderPackage, typeId: string, config: unknown): void {
    if (!isJsonObject(config)) return;
    const { secretFields = [] } = found.types.find(({ id }) => id === typeId) ?? {};
    for (const field of secretFields) {
      const value = config[field];
      if (typeof value === 'string' && value !== '') called.add(value);
    }
  }

  return {
    values() {
      const of = stored();
      if (listed?.of !== of || listed.called !== called.size)
        listed = { of, called: called.size, values: [...new Set([...of, ...called])] };
      return listed.values;
    },
    notingCalls: (found, runtime) => ({
      activate: (signal) => runtime.activate(signal),
      validate(typeId, config, context) {
        noteFields(found, typeId, config);
        return runtime.validate(typeId, config, context);
      },
      open(typeId, config, context) {
        noteFields(found, typeId, config);
        return runtime.open(typeId, config, context);
      },
      migrate(typeId, version, config, context) {
        noteFields(found, typeId, config);
        return runtime.migrate(typeId, version, config, context);
      },
      place(typeId, config, context) {
        noteFields(found, typeId, config);
        return runtime.place(typeId, config, context);
      },
      nextStep(typeId, input, context) {
        noteFields(found, typeId, input.answer);
        noteFields(found, typeId, input.current);
        return runtime.nextStep(typeId, input, context);
      },
      status: () => runtime.status(),
      [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
    }),
  };
}
