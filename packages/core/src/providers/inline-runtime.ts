import type { FieldError, Location, ProviderContext } from '../provider-api/index.js';
import { providerError } from './errors.js';
import { type GuardSubject, guardCall } from './guard-call.js';
import { guardLocation } from './guard-location.js';
import { type Definitions, definitionsOf, importEntry, subjectOf } from './provider-module.js';
import type { ProviderPackage, ProviderType } from './provider-package.js';
import type { ProviderRuntime } from './provider-runtime.js';

/** What runs a package's code: its main module's exports. */
export type LoadProvider = (found: ProviderPackage) => Promise<unknown>;

/** Runs a provider in the host's own process. */
export function createInlineRuntime(found: ProviderPackage, load: LoadProvider = importEntry): ProviderRuntime {
  let activation: Promise<Definitions> | undefined;
  const open = new Set<Location>();

  function activate(): Promise<Definitions> {
    activation ??= load(found)
      .then((exported) => definitionsOf(exported, found))
      .catch((error: unknown) => {
        // What was missing may be there at the next try.
        activation = undefined;
        throw error;
      });
    return activation;
  }

  async function definitionOf(typeId: string) {
    const definition = (await activate()).get(typeId);
    if (definition === undefined) throw broken(found, `it has no type "${typeId}"`);
    return definition;
  }

  return {
    async validate(typeId, config, context) {
      const { configFlow } = await definitionOf(typeId);
      if (configFlow?.validate === undefined) return [];
      const errors: unknown = await guardCall(guardSubject(found, typeId, context), 'validate', context.signal, async () =>
        configFlow.validate?.(config, context),
      );
      if (!isFieldErrors(errors)) throw broken(found, 'its "validate" does not return a list of errors by field');
      return errors;
    },

    async open(typeId, config, context) {
      const definition = await definitionOf(typeId);
      const subject = guardSubject(found, typeId, context);
      const location = await guardCall(subject, 'open', context.signal, () => definition.open(config, context));
      requireShape(location, found, typeId);
      const guarded = guardLocation(location, subject);
      open.add(guarded);
      return {
        ...guarded,
        async [Symbol.asyncDispose]() {
          if (open.delete(guarded)) await guarded[Symbol.asyncDispose]();
        },
      };
    },

    async migrate(typeId, version, config, context) {
      const definition = await definitionOf(typeId);
      const migrate = definition.migrateConfig?.bind(definition);
      if (migrate === undefined) throw broken(found, `it can not read a configuration of version ${version}, as it has no "migrateConfig"`);
      return guardCall(guardSubject(found, typeId, context), 'migrateConfig', context.signal, () => migrate(version, config));
    },

    async [Symbol.asyncDispose]() {
      const left = [...open];
      open.clear();
      await Promise.allSettled(left.map((location) => location[Symbol.asyncDispose]()));
    },
  };
}

/** A location must have what the contract asks for, and `putDeferred` exactly if the manifest promises it. */
function requireShape(location: unknown, found: ProviderPackage, typeId: string): void {
  const value: object = typeof location === 'object' && location !== null ? location : {};
  const has = (name: PropertyKey) => typeof Reflect.get(value, name) === 'function';
  const missing = ['put', 'get', 'head', 'list', 'delete'].filter((name) => !has(name));
  if (!has(Symbol.asyncDispose)) missing.push('[Symbol.asyncDispose]');
  if (missing.length > 0) throw broken(found, `a location of the type "${typeId}" has no ${missing.join(', ')}`);
  const declared = typeOf(found, typeId)?.features.has('deferredWrites') === true;
  if (declared && !has('putDeferred'))
    throw broken(found, `"${typeId}" declares the feature deferredWrites, but its location has no putDeferred`);
  if (!declared && has('putDeferred'))
    throw broken(found, `the location of "${typeId}" has putDeferred, but its manifest does not declare the feature deferredWrites`);
}

function typeOf(found: ProviderPackage, typeId: string): ProviderType | undefined {
  return found.types.find(({ id }) => id === typeId);
}

function guardSubject(found: ProviderPackage, typeId: string, { log }: ProviderContext): GuardSubject {
  return { name: nameOf(found, typeId), log };
}

function nameOf(found: ProviderPackage, typeId: string): string {
  return `The provider "${typeId}" (${subjectOf(found)})`;
}

function broken(found: ProviderPackage, reason: string) {
  return providerError('provider-broken', { subject: subjectOf(found), reason });
}

function isFieldErrors(value: unknown): value is readonly FieldError[] {
  if (!Array.isArray(value)) return false;
  return value.every((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return false;
    return 'field' in entry && typeof entry.field === 'string' && 'message' in entry && typeof entry.message === 'string';
  });
}
