/**
 * What schemas may say beyond JSON Schema, and the type in which they say it. None of it decides whether a value fits.
 *
 * - `x-secret`: the field is kept apart from the rest, and never shown.
 * - `x-expected`: what messages call "expected".
 * - `x-placeholder`: what an empty form field shows.
 * - `x-order`: where the field stands in a form; lower comes first, what has none comes last in the schema's order.
 * - `x-advanced`: most people leave the field as it is.
 * - `x-identifier`: names an account, a bucket or the like: no secret, but no business of who reads a bug report.
 * - `x-env`: the environment variable that holds the field where nobody is asked.
 * - `x-limit`: the field holds this one of the type's limits, `maxObjectBytes` or `maxBackups`, for its location; its default is the type's.
 * - `x-reauth`: asked for again with the secrets when credentials are renewed.
 */
export const schemaAnnotations = {
  'x-secret': 'boolean',
  'x-expected': 'string',
  'x-placeholder': 'string',
  'x-order': 'number',
  'x-advanced': 'boolean',
  'x-identifier': 'boolean',
  'x-env': 'string',
  'x-limit': 'string',
  'x-reauth': 'boolean',
} as const;

/** True for the name of one of {@link schemaAnnotations}. */
export function isSchemaAnnotation(name: string): name is keyof typeof schemaAnnotations {
  return Object.hasOwn(schemaAnnotations, name);
}
