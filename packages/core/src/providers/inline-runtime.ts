import type { Location, ProviderLogger } from '../provider-api/index.js';
import { type Activation, activatePackage, deactivatePackage } from './activation.js';
import { isFieldErrors, isFlowResult, isPlace } from './answers.js';
import { guardCall } from './guard-call.js';
import { guardLocation } from './guard-location.js';
import { requireShape } from './location-shape.js';
import { importEntry } from './provider-module.js';
import type { ProviderPackage } from './provider-package.js';
import type { ProviderRuntime } from './provider-runtime.js';
import { broken, guardSubject, wrongAnswers } from './provider-subject.js';
import type { RuntimeStatus } from './runtime-status.js';

/** What runs a package's code: its main module's exports. */
export type LoadProvider = (found: ProviderPackage) => Promise<unknown>;

export interface InlineRuntimeOptions {
  /** How long the provider may take to deactivate itself, milliseconds. Default 5 seconds. */
  readonly deactivateLimit?: number;
  /** Where to tell what goes wrong outside any call. */
  readonly log?: ProviderLogger;
}

/** Runs a provider in the host's own process. */
export function createInlineRuntime(
  found: ProviderPackage,
  load: LoadProvider = importEntry,
  { deactivateLimit = 5_000, log }: InlineRuntimeOptions = {},
): ProviderRuntime {
  let activation: Promise<Activation> | undefined;
  const open = new Set<Location>();
  let requests = 0;
  let status: Pick<RuntimeStatus, 'state' | 'startedAt' | 'reason' | 'timing' | 'lastError'> = { state: 'idle' };

  function activate(reason: string): Promise<Activation> {
    activation ??= start(reason).catch((error: unknown) => {
      // What was missing may be there at the next try.
      activation = undefined;
      throw error;
    });
    return activation;
  }

  async function start(reason: string): Promise<Activation> {
    const startedAt = new Date().toISOString();
    status = { state: 'starting', startedAt, reason };
    try {
      const active = await activatePackage(found, load);
      status = { state: 'running', startedAt, reason, timing: { spawn: 0, ...active.timing } };
      return active;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
      const message = error instanceof Error ? error.message : String(error);
      status = { state: 'idle', startedAt, reason, lastError: { at: new Date().toISOString(), code, message } };
      throw error;
    }
  }

  async function definitionOf(typeId: string, reason: string) {
    requests += 1;
    const definition = (await activate(reason)).definitions.get(typeId);
    if (definition === undefined) throw broken(found, `it has no type "${typeId}"`);
    return definition;
  }

  return {
    async activate() {
      await activate('activate');
    },

    async validate(typeId, config, context) {
      const { configFlow } = await definitionOf(typeId, 'validate');
      if (configFlow?.validate === undefined) return [];
      const subject = guardSubject(found, typeId, context.log, config);
      const errors: unknown = await guardCall(subject, 'validate', context.signal, async () => configFlow.validate?.(config, context));
      if (!isFieldErrors(errors)) throw broken(found, wrongAnswers.validate);
      return errors;
    },

    async open(typeId, config, context) {
      const definition = await definitionOf(typeId, 'open');
      const subject = guardSubject(found, typeId, context.log, config);
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
      const definition = await definitionOf(typeId, 'migrate');
      const migrate = definition.migrateConfig?.bind(definition);
      if (migrate === undefined) throw broken(found, `it can not read a configuration of version ${version}, as it has no "migrateConfig"`);
      return guardCall(guardSubject(found, typeId, context.log, config), 'migrateConfig', context.signal, () => migrate(version, config));
    },

    async place(typeId, config, context) {
      const definition = await definitionOf(typeId, 'place');
      const placeOf = definition.place?.bind(definition);
      if (placeOf === undefined) return undefined;
      const place: unknown = await guardCall(guardSubject(found, typeId, context.log, config), 'place', context.signal, () =>
        placeOf(config, context),
      );
      if (!isPlace(place)) throw broken(found, wrongAnswers.place);
      return place;
    },

    async nextStep(typeId, input, context) {
      const { configFlow } = await definitionOf(typeId, 'nextStep');
      const next = configFlow?.next?.bind(configFlow);
      if (next === undefined) return undefined;
      const subject = guardSubject(found, typeId, context.log, input.answer, input.current);
      const result: unknown = await guardCall(subject, 'next', context.signal, () => next(input, context));
      if (!isFlowResult(result)) throw broken(found, wrongAnswers.nextStep);
      return result;
    },

    status: () => ({
      package: found.name,
      version: found.version,
      isolation: 'inline',
      hostPid: process.pid,
      requests,
      restarts: 0,
      crashes: [],
      ...status,
      at: new Date().toISOString(),
    }),

    async [Symbol.asyncDispose]() {
      const left = [...open];
      open.clear();
      await Promise.allSettled(left.map((location) => location[Symbol.asyncDispose]()));
      const active = await activation?.catch(() => undefined);
      activation = undefined;
      status = { ...status, state: 'idle' };
      if (active !== undefined) await deactivatePackage(found, active.definitions, { limit: deactivateLimit, log });
    },
  };
}
