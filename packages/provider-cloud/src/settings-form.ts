import type { FieldError, FormStep, JsonRecord } from '@holdfast/core/provider-api';
import type { Service } from './cloud-config.js';
import { services } from './services.js';
import { settingFields } from './setting-fields.js';

/** What a region looks like there. */
const regionExamples: Partial<Readonly<Record<Service, string>>> = {
  aws: 'eu-central-1',
  'aws-role': 'eu-central-1',
  b2: 'eu-central-003',
};

interface FormContent {
  /** What the fields hold to begin with. */
  readonly values?: JsonRecord;
  readonly errors?: readonly FieldError[];
  /** True if there is a secret already, which stays if it is left out. */
  readonly keepsSecret?: boolean;
}

/** The form with the settings that a service needs, and those that it may have. */
export function settingsForm(service: Service, { values, errors, keepsSecret = false }: FormContent = {}): FormStep {
  const { where, required, hasKey } = services[service];
  const key = hasKey ? (['accessKeyId', 'secretAccessKey'] as const) : [];
  const names = [...where, ...key, 'bucket', 'prefix', 'keep', 'maxBackupSize'] as const;
  // What an account or a region stands for may be at another address too: in another jurisdiction, behind a proxy.
  const needed = [...required, ...key.filter((name) => !keepsSecret || name !== 'secretAccessKey'), 'bucket'];
  const schema: JsonRecord = {
    type: 'object',
    properties: Object.fromEntries(names.flatMap((name) => (name === 'service' ? [] : [[name, fieldFor(service, name)]]))),
    required: needed,
    additionalProperties: false,
  };
  return {
    type: 'form',
    id: 'settings',
    title: `%cloud.settings.${service}%`,
    description: `%cloud.settings.${service}.description%`,
    schema,
    ...(values !== undefined && { values }),
    ...(errors !== undefined && { errors }),
  };
}

/** What renews the credentials. */
export function credentialsForm(): FormStep {
  const { accessKeyId, secretAccessKey } = settingFields;
  const schema = {
    type: 'object',
    properties: { accessKeyId, secretAccessKey },
    required: ['accessKeyId', 'secretAccessKey'],
    additionalProperties: false,
  };
  return { type: 'form', id: 'credentials', title: '%cloud.credentials.title%', description: '%cloud.credentials.description%', schema };
}

function fieldFor(service: Service, name: keyof typeof settingFields): JsonRecord {
  const { required, defaultRegion, pathStyle } = services[service];
  const isNeeded = required.includes(name);
  switch (name) {
    case 'endpoint':
      return isNeeded ? { ...settingFields.endpoint, minLength: 1 } : { ...settingFields.endpoint, 'x-advanced': true };
    case 'region': {
      const example = regionExamples[service];
      const shown = isNeeded ? { minLength: 1 } : { 'x-advanced': true, ...(defaultRegion !== undefined && { default: defaultRegion }) };
      return { ...settingFields.region, ...shown, ...(example !== undefined && { 'x-placeholder': example }) };
    }
    case 'pathStyle':
      return { ...settingFields.pathStyle, default: pathStyle };
    case 'accountId':
    case 'accessKeyId':
    case 'secretAccessKey':
      return { ...settingFields[name], minLength: 1 };
    default:
      return settingFields[name];
  }
}
