import type { Clock } from '../../base/clock.js';
import { systemClock } from '../../base/clock.js';
import { isHoldfastError } from '../../base/errors.js';
import type { AbortStep } from '../../provider-api/index.js';
import { configError } from '../errors.js';
import { errorWithoutSecrets } from '../hide-secrets.js';
import type { LocationsOptions } from '../location-context.js';
import type { Locations } from '../locations.js';
import { textResolver } from '../texts.js';
import { fieldErrorsOf } from '../validate-config.js';
import { type ActiveFlow, activate, secretsOf } from './active-flow.js';
import { askProvider, type NextStep } from './ask-provider.js';
import { checkAnswer } from './check-answer.js';
import { finishFlow, settingsFrom } from './finish-flow.js';
import { type FlowRecord, noSecrets } from './flow-record.js';
import { createFlowStore, type KeptFlow } from './flow-store.js';
import { createFlowTurns } from './flow-turns.js';
import type { ConfigFlows, FlowSummary, FlowView } from './flow-view.js';
import { newFlow } from './new-flow.js';
import { hostStep } from './parse-step.js';
import { hasCredentials, hostForm } from './settings-form.js';
import { viewOf, viewWith } from './show-step.js';
import { atStep, refused } from './turn-flow.js';

export interface ConfigFlowsOptions extends LocationsOptions {
  /** Unfinished flows are kept in its folder `flows`. */
  readonly dataDir: string;
  readonly locations: Pick<Locations, 'add' | 'update'>;
  readonly clock?: Clock;
}

/** The config flows of a data directory. Nothing of a flow is kept in memory between two calls. */
export function createConfigFlows(options: ConfigFlowsOptions): ConfigFlows {
  const { log, clock = systemClock } = options;
  const store = createFlowStore({ dataDir: options.dataDir, secrets: options.secrets, clock, log });
  const turns = createFlowTurns();

  async function find(token: string): Promise<KeptFlow> {
    const kept = await store.read(token);
    if (kept === undefined) throw configError('unknown-flow', { token });
    return kept;
  }

  /** Lets one call of a flow run at a time, here and in other processes, which may have changed locations since the last one. */
  function inTurn<T>(token: string, given: AbortSignal | undefined, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return turns.run(token, given, async (signal) => {
      await using _ = await store.hold(token);
      await options.configFile.refresh();
      return await call(signal);
    });
  }

  /** A flow whose location or provider's version is gone will never go on. */
  async function load(token: string, signal: AbortSignal): Promise<ActiveFlow> {
    const kept = await find(token);
    try {
      return await activate(options, kept, signal);
    } catch (error) {
      if (isHoldfastError(error, 'flow-outdated') || isHoldfastError(error, 'unknown-location')) await store.remove(kept.record);
      throw error;
    }
  }

  async function save(flow: ActiveFlow, after: KeptFlow): Promise<ActiveFlow> {
    return { ...flow, ...(await store.change(flow, after)) };
  }

  async function begin(flow: ActiveFlow, signal: AbortSignal): Promise<FlowView> {
    const next = await askProvider(options, flow, {}, signal);
    if (next !== undefined) return goOn(flow, next, signal);
    if (flow.record.kind === 'reauth' && !hasCredentials(flow.type.configSchema)) {
      return abort(flow, 'nothing-to-renew', 'This location has no credentials that could be renewed.');
    }
    return goOn(flow, { step: hostForm, state: null }, signal);
  }

  async function goOn(flow: ActiveFlow, { step, state }: NextStep, signal: AbortSignal): Promise<FlowView> {
    if (step.type === 'done') return finish(flow, step.config, step.title, signal);
    if (step.type === 'abort') return abort(flow, keyOf(step) ?? 'aborted', textResolver(flow.type, log)(step.reason, step.placeholders));
    return viewOf(await save(flow, atStep(flow, step, state)), step, log);
  }

  async function finish(flow: ActiveFlow, config: unknown, title: string | undefined, signal: AbortSignal): Promise<FlowView> {
    const done = await finishFlow(options, flow, { config, title }, signal);
    // The location is there, so this must not look like a failure.
    await store.remove(flow.record).catch((error: unknown) => log.warn(`A flow that is over could not be removed: ${String(error)}`));
    return viewWith(flow, done);
  }

  async function abort(flow: ActiveFlow, code: string, reason: string): Promise<FlowView> {
    await store.remove(flow.record);
    return viewWith(flow, { type: 'abort', code, reason });
  }

  async function answer(token: string, given: unknown, signal: AbortSignal): Promise<FlowView> {
    const flow = await load(token, signal);
    const { step } = flow.record;
    if (step === undefined) return begin(flow, signal);
    const checked = await checkAnswer(flow, step, given);
    const refuse = async (errors: readonly { readonly field: string; readonly message: string }[]) =>
      viewOf(await save(flow, refused(flow, checked, errors)), step, log);
    if (checked.errors.length > 0) return refuse(checked.errors);

    const typed = [...new Set([...flow.secrets.typed, ...Object.values(checked.secrets)])];
    const answered = { ...flow, secrets: { ...flow.secrets, kept: checked.secrets, typed } };
    try {
      if (step.id === hostStep) return await finish(answered, settingsFrom(answered, checked.answer), undefined, signal);
      const next = await askProvider(options, answered, checked.answer, signal);
      if (next === undefined) throw configError('flow-outdated', outdated(flow));
      return await goOn(answered, next, signal);
    } catch (error) {
      if (step.type === 'form' && isHoldfastError(error, 'config-invalid')) return refuse(fieldErrorsOf(error));
      // What was typed must not be lost with the provider's process.
      if (step.type === 'form') {
        await save(flow, refused(flow, checked, [])).catch((reason: unknown) =>
          log.warn(`What was answered could not be kept: ${String(reason)}`),
        );
      }
      throw errorWithoutSecrets(error, secretsOf(answered));
    }
  }

  return {
    async start(wanted, { signal } = {}) {
      // Here, as a program that only ever starts flows would gather them.
      await store.list();
      await options.configFile.refresh();
      const record = newFlow(options, wanted, clock.now());
      await store.create(record);
      try {
        return await inTurn(record.token, signal, async (effective) =>
          begin(await activate(options, { record, secrets: noSecrets }, effective), effective),
        );
      } catch (error) {
        await store.remove((await store.read(record.token))?.record ?? record);
        throw error;
      }
    },
    answer: (token, given, { signal } = {}) => inTurn(token, signal, (effective) => answer(token, given, effective)),
    resume: (token, { signal } = {}) =>
      inTurn(token, signal, async (effective) => {
        const flow = await load(token, effective);
        return flow.record.step === undefined ? begin(flow, effective) : viewOf(flow, flow.record.step, log);
      }),
    list: async () => (await store.list()).map(toSummary),
    async cancel(token) {
      turns.stop(token);
      await inTurn(token, undefined, async () => store.remove((await find(token)).record));
    },
    async [Symbol.asyncDispose]() {
      turns.stopAll();
    },
  };
}

function keyOf({ reason }: AbortStep): string | undefined {
  return /^%([\w.-]+)%$/.exec(reason)?.[1];
}

function outdated({ type, record }: ActiveFlow) {
  return { package: type.package.name, begun: record.package.version, version: type.package.version };
}

function toSummary({ token, kind, provider, location, step, startedAt, changedAt }: FlowRecord): FlowSummary {
  const what = { step: step?.id ?? hostStep, type: step?.type ?? 'progress' };
  return { token, kind, provider, ...(kind === 'setup' ? {} : { location }), ...what, startedAt, changedAt };
}
