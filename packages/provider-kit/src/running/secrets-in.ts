import type { JsonRecord } from '@holdfast/core/provider-api';
import type { ProviderManifest } from '../provider-manifest.js';

/** A shorter one is found by chance. */
const shortest = 6;

/** The names of the secret settings whose values stand in the text, as they are or as they stand in a URL or in base64. */
export function secretsIn(text: string, { secretFields }: Pick<ProviderManifest, 'secretFields'>, config: JsonRecord): string[] {
  return secretFields.filter((field) => {
    const value = config[field];
    if (typeof value !== 'string' || value.length < shortest) return false;
    const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')];
    return forms.some((form) => text.includes(form));
  });
}
