import type { FieldError, FormStep, JsonRecord } from '../../provider-api/index.js';
import { propertiesOf } from '../../providers/config-schema.js';
import { providerError } from '../../providers/errors.js';
import { subjectOf } from '../../providers/provider-module.js';
import { configError } from '../errors.js';
import { checkValues } from '../validate-config.js';
import type { ActiveFlow } from './active-flow.js';
import { isJsonRecord } from './json-value.js';
import type { WaitingStep } from './parse-step.js';
import { formOf } from './settings-form.js';

/** What came of an answer. */
export interface CheckedAnswer {
  /** What the provider gets: complete, with the secrets that were known already. */
  readonly answer: JsonRecord;
  /** What may be kept of it in plain. */
  readonly answered: JsonRecord;
  /** The secrets in it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Why it isn't taken; empty if it is. */
  readonly errors: readonly FieldError[];
}

const largest = 1024 * 1024;

/** Holds an answer against the step that it answers. `flow-answer-invalid` if it isn't even of that kind. */
export async function checkAnswer(flow: ActiveFlow, step: WaitingStep, answer: unknown): Promise<CheckedAnswer> {
  const invalid = (expected: string) => configError('flow-answer-invalid', { step: step.id, expected });
  if (!isJsonRecord(answer) || JSON.stringify(answer).length > largest) throw invalid('an object of plain JSON, 1 MiB at most');
  const plain = (taken: JsonRecord, secrets = {}): CheckedAnswer => ({ answer: taken, answered: {}, secrets, errors: [] });
  switch (step.type) {
    case 'form':
      return checkForm(flow, step, answer);
    case 'menu': {
      const { choice } = answer;
      if (typeof choice === 'string' && step.options.some(({ id }) => id === choice)) return plain({ choice });
      throw invalid(`{ "choice": ... } with one of ${step.options.map(({ id }) => `"${id}"`).join(', ')}`);
    }
    case 'external': {
      const { code } = answer;
      if (step.asksCode !== true) return plain({});
      if (typeof code === 'string' && code !== '') return plain({ code }, { code });
      throw invalid('{ "code": ... } with what the page gave');
    }
    case 'message':
    case 'progress':
      return plain({});
  }
}

async function checkForm(flow: ActiveFlow, step: FormStep, given: JsonRecord): Promise<CheckedAnswer> {
  const { schema, secretFields, kept } = formOf(flow, step);
  const entries = Object.entries(given);
  const isSecret = (name: string) => secretFields.includes(name);
  const typed = entries.flatMap(([name, value]): [string, string][] =>
    isSecret(name) && typeof value === 'string' && value !== '' ? [[name, value]] : [],
  );
  const dropped = new Set(entries.flatMap(([name, value]) => (isSecret(name) && value === null ? [name] : [])));
  const known = [...Object.entries(kept), ...typed].filter(([name]) => !dropped.has(name));
  const secrets: Readonly<Record<string, string>> = Object.fromEntries(known);
  // An empty field of a secret that is known means to leave it as it is.
  const others = entries.filter(([name, value]) => !dropped.has(name) && !(isSecret(name) && value === '' && Object.hasOwn(kept, name)));

  const { values, errors } = await checked(flow, schema, { ...secrets, ...Object.fromEntries(others) });
  if (!isJsonRecord(values)) throw configError('flow-answer-invalid', { step: step.id, expected: 'plain JSON' });
  const shown = propertiesOf(schema);
  // A misspelt name may be that of a secret.
  const answered = Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(shown, name) && !isSecret(name)));
  return { answer: values, answered, secrets, errors };
}

async function checked({ type }: ActiveFlow, schema: Parameters<typeof checkValues>[0], values: JsonRecord) {
  try {
    return await checkValues(schema, values);
  } catch (error) {
    const reason = `the schema of a form is not valid: ${error instanceof Error ? error.message : String(error)}`;
    throw providerError('provider-broken', { subject: subjectOf(type.package), reason });
  }
}
