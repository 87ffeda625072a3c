import type { FormStep } from '../../provider-api/index.js';
import { fieldsWith, propertiesOf, secretFieldsOf } from '../../providers/config-schema.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { partSecrets } from '../location-record.js';
import type { ActiveFlow } from './active-flow.js';
import { hostStep } from './parse-step.js';

/** The form that the host makes where the provider has no flow of its own. */
export const hostForm: FormStep = { type: 'form', id: hostStep };

/** A form as it stands in a flow. */
export interface FlowForm {
  readonly schema: JsonObject;
  readonly secretFields: readonly string[];
  /** What the fields hold to begin with, without secrets. */
  readonly values: JsonObject;
  /** Secrets that are known already. */
  readonly kept: Readonly<Record<string, string>>;
}

/** What a form step asks for: by its own schema, or for the type's settings. */
export function formOf(flow: ActiveFlow, step: FormStep): FlowForm {
  const { type, change, record, secrets } = flow;
  const schema =
    step.schema ?? (step.id === hostStep && record.kind === 'reauth' ? credentialsSchema(type.configSchema) : type.configSchema);
  const secretFields = secretFieldsOf(schema);
  const current = step.schema !== undefined || change === undefined ? undefined : partSecrets(type, change.config);
  const values = { ...defaultsOf(schema), ...current?.open, ...step.values, ...record.answered };
  const isShown = (name: string) => Object.hasOwn(propertiesOf(schema), name) && !secretFields.includes(name);
  return {
    schema,
    secretFields,
    values: Object.fromEntries(Object.entries(values).filter(([name]) => isShown(name))),
    kept: { ...keepable(flow, schema, current?.secrets ?? {}), ...secrets.kept },
  };
}

/** True if the type has anything that could be asked for again. */
export function hasCredentials(schema: JsonObject): boolean {
  return credentialNames(schema).length > 0;
}

/** Who renews credentials has new ones in hand: those that must be there are asked for. */
function keepable({ record }: ActiveFlow, schema: JsonObject, current: Readonly<Record<string, string>>): Record<string, string> {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const isKept = (name: string) => record.kind !== 'reauth' || !required.includes(name);
  return Object.fromEntries(Object.entries(current).filter(([name]) => Object.hasOwn(propertiesOf(schema), name) && isKept(name)));
}

/** The part of the settings that is asked for again with the credentials. All settings together are checked afterwards. */
function credentialsSchema(schema: JsonObject): JsonObject {
  const names = credentialNames(schema);
  const { title, required, $schema, $defs } = schema;
  return {
    ...Object.fromEntries(Object.entries({ $schema, $defs, title }).filter(([, part]) => part !== undefined)),
    type: 'object',
    properties: Object.fromEntries(Object.entries(propertiesOf(schema)).filter(([name]) => names.includes(name))),
    required: Array.isArray(required) ? required.filter((name) => names.includes(String(name))) : [],
    additionalProperties: false,
  };
}

function credentialNames(schema: JsonObject): readonly string[] {
  return [...secretFieldsOf(schema), ...fieldsWith(schema, 'x-reauth')];
}

function defaultsOf(schema: JsonObject): JsonObject {
  const fields = Object.entries(propertiesOf(schema));
  return Object.fromEntries(
    fields.flatMap(([name, field]) => (isJsonObject(field) && 'default' in field ? [[name, field['default']]] : [])),
  );
}
