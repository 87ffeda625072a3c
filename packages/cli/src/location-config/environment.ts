import type { ProviderField } from './provider-fields.js';

/** A setting from the environment: `HOLDFAST_<PROVIDER>_<FIELD>`, else a variable that the provider's schema names. Empty ones count as not set. */
export function settingFromEnvironment(
  provider: string,
  field: ProviderField,
  environment: NodeJS.ProcessEnv,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of [ownVariable(provider, field), ...field.environment]) {
    const value = environment[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

/** `HOLDFAST_B2_BUCKET_NAME` for the setting `bucketName` of the provider type `b2`. */
export function ownVariable(provider: string, field: ProviderField): string {
  return `HOLDFAST_${[provider, field.option.slice(2)].map((part) => part.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()).join('_')}`;
}
