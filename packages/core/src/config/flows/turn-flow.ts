import type { FieldError, FormStep, JsonRecord, JsonValue } from '../../provider-api/index.js';
import { propertiesOf, secretFieldsOf } from '../../providers/config-schema.js';
import { hideSecrets } from '../hide-secrets.js';
import { type ActiveFlow, secretsOf } from './active-flow.js';
import type { CheckedAnswer } from './check-answer.js';
import type { KeptFlow } from './flow-store.js';
import { hideInStep } from './hide-in-step.js';
import type { WaitingStep } from './parse-step.js';
import { formOf } from './settings-form.js';

/** The flow at its next step: nothing of the answer before is kept but what the provider asked to. */
export function atStep(flow: ActiveFlow, step: WaitingStep, state: JsonValue): KeptFlow {
  const { answered: _, errors: __, ...record } = flow.record;
  const plain = step.type === 'form' ? withoutSecretValues(flow, step) : step;
  // A form that the provider shows once more, with errors, need not be filled in anew.
  const comesBack = step.type === 'form' && record.step?.type === 'form' && record.step.id === step.id;
  return {
    record: { ...record, step: hideInStep(plain, secretsOf(flow)) },
    secrets: { state, kept: comesBack ? flow.secrets.kept : {}, typed: flow.secrets.typed },
  };
}

/** The flow at the same step, with what was answered, and why it was not taken if that is known. */
export function refused(flow: ActiveFlow, { answered, secrets }: CheckedAnswer, errors: readonly FieldError[]): KeptFlow {
  const typed = [...new Set([...flow.secrets.typed, ...Object.values(secrets)])];
  const { step } = flow.record;
  const shown = step?.type === 'form' ? errors.map((error) => atShownField(formOf(flow, step).schema, error)) : errors;
  const told = hideSecrets(shown, [...secretsOf(flow), ...typed]);
  return { record: { ...flow.record, answered, errors: told }, secrets: { ...flow.secrets, kept: secrets, typed } };
}

/** What is wrong with a field that the form doesn't have is wrong with all of it. */
function atShownField(schema: Parameters<typeof propertiesOf>[0], { field, message }: FieldError): FieldError {
  const [name = field] = field.split(/[.[]/);
  if (field === 'base' || Object.hasOwn(propertiesOf(schema), name) || message.startsWith('There is no such setting.'))
    return { field, message };
  return { field: 'base', message: `${field}: ${message}` };
}

function withoutSecretValues({ type }: ActiveFlow, step: FormStep): FormStep {
  if (step.values === undefined) return step;
  const secret = secretFieldsOf(step.schema ?? type.configSchema);
  const values: JsonRecord = Object.fromEntries(Object.entries(step.values).filter(([name]) => !secret.includes(name)));
  return { ...step, values };
}
