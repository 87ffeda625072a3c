import type { ProviderField } from '../location-config/provider-fields.js';

export interface FormSituation {
  /** The fields whose values were not taken; `base` for all of them together. */
  readonly wrong: readonly string[];
  /** The fields that have a value. */
  readonly known: readonly string[];
  /** Were settings handed over, so that only what is missing need be asked? */
  readonly startsFromGiven: boolean;
}

export interface FieldsToAsk {
  readonly first: readonly ProviderField[];
  /** Those that few need, after asking whether to. */
  readonly onRequest: readonly ProviderField[];
}

/** Which of a form's fields to ask for. */
export function fieldsToAsk(fields: readonly ProviderField[], { wrong, known, startsFromGiven }: FormSituation): FieldsToAsk {
  const isMissing = ({ name, required }: ProviderField): boolean => required && !known.includes(name);
  if (wrong.length > 0) {
    const named = fields.filter(({ name }) => wrong.includes(name));
    // An error of the whole can be put right at any field.
    if (wrong.includes('base') && named.length === 0) return { first: fields, onRequest: [] };
    return { first: fields.filter((field) => named.includes(field) || isMissing(field)), onRequest: [] };
  }
  if (startsFromGiven) return { first: fields.filter(isMissing), onRequest: [] };
  const isRare = (field: ProviderField): boolean => field.advanced && !isMissing(field);
  return { first: fields.filter((field) => !isRare(field)), onRequest: fields.filter(isRare) };
}
