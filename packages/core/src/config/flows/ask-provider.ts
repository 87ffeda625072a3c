import { type FlowStep, isProviderError, type JsonRecord, type JsonValue } from '../../provider-api/index.js';
import { providerError } from '../../providers/errors.js';
import { subjectOf } from '../../providers/provider-module.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import { configError } from '../errors.js';
import { contextFor, type LocationsOptions, withGrants } from '../location-context.js';
import { adviceByProviderCode } from '../location-failure.js';
import { configInvalid } from '../validate-config.js';
import type { ActiveFlow } from './active-flow.js';
import { isJsonRecord, isJsonValue } from './json-value.js';
import { hostStep, parseStep } from './parse-step.js';
import { formOf } from './settings-form.js';

/** What the provider says comes next. */
export interface NextStep {
  readonly step: FlowStep;
  readonly state: JsonValue;
}

const largestState = 256 * 1024;

/**
 * Asks the provider for the step after the flow's own; `undefined` if it has no flow beyond the form of its settings.
 * `flow-failed`, or `config-invalid` where it names a field; `provider-broken` if what it says is no step.
 */
export async function askProvider(
  options: LocationsOptions,
  flow: ActiveFlow,
  answer: JsonRecord,
  signal: AbortSignal,
): Promise<NextStep | undefined> {
  const { record, secrets, type, change } = flow;
  const step = record.step?.id ?? hostStep;
  const context = contextFor(options, type, record.location, { firstUse: record.kind === 'setup', signal });
  const current = change === undefined || !isJsonRecord(change.config) ? {} : { current: change.config };
  const input = { kind: record.kind, step, answer, state: secrets.state, ...current };
  const schema: JsonObject = record.step?.type === 'form' ? formOf(flow, record.step).schema : {};
  const result = await withGrants(
    options,
    type,
    answer,
    async () => {
      try {
        return await options.registry.runtimeFor(type).nextStep(type.id, input, context);
      } catch (error) {
        throw flowFailure(type.id, error);
      }
    },
    schema,
  );
  if (result === undefined) return undefined;
  try {
    const state: unknown = result.state ?? null;
    if (!isJsonValue(state) || JSON.stringify(state).length > largestState)
      throw new Error('the state is not plain JSON of 256 KiB at most');
    return { step: parseStep(result.step), state };
  } catch (error) {
    const reason = `its "next" gives a wrong step after "${step}": ${error instanceof Error ? error.message : String(error)}`;
    throw providerError('provider-broken', { subject: subjectOf(type.package), reason });
  }
}

function flowFailure(provider: string, error: unknown): unknown {
  if (!isProviderError(error)) return error;
  const { code, message, field } = error;
  if (code === 'invalid-config') return configInvalid(provider, [{ field: field ?? 'base', message }], error);
  return configError('flow-failed', { provider, reason: message, advice: adviceByProviderCode[code], providerCode: code }, error);
}
