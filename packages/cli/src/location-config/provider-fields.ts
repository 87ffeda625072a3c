/** One setting of a provider's configuration, as the command line asks for it. */
export interface ProviderField {
  readonly name: string;
  /** `--bucket-name` for `bucketName`. */
  readonly option: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'list';
  readonly title: string;
  readonly description: string | undefined;
  readonly required: boolean;
  /** Never an argument: asked for without showing it, or read from a file. */
  readonly secret: boolean;
  /** A folder or file of this machine: a relative path is one from here. */
  readonly isPath: boolean;
  readonly choices: readonly string[] | undefined;
  readonly default: unknown;
  /** What a value looks like, shown where none is. */
  readonly placeholder: string | undefined;
  /** Few need it: asked for only if somebody wants to. */
  readonly advanced: boolean;
  /** Environment variables that others know it by, such as `AWS_REGION`. */
  readonly environment: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** The settings of a provider type or a form, drawn from its JSON Schema, in the order to ask for them. Nested objects are left to `--config`. */
export function providerFields(schema: unknown, secretFields: readonly string[]): ProviderField[] {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return inOrder(Object.entries(schema['properties'])).flatMap(([name, property]) => {
    if (!isRecord(property)) return [];
    const type = typeOf(property);
    if (type === undefined) return [];
    const { title, description, format } = property;
    return {
      name,
      option: `--${kebabCase(name)}`,
      type,
      title: textOf(title) ?? name,
      description: textOf(description),
      required: required.includes(name),
      secret: secretFields.includes(name),
      isPath: typeof format === 'string' && /(^|-)path$/.test(format),
      choices: choicesOf(property),
      default: property['default'],
      placeholder: textOf(property['x-placeholder']),
      advanced: property['x-advanced'] === true,
      environment: textsOf(property['x-env']),
    };
  });
}

/** By `x-order`; what has none comes last, as it stands. */
function inOrder(properties: readonly [string, unknown][]): readonly [string, unknown][] {
  const place = (property: unknown): number =>
    isRecord(property) && typeof property['x-order'] === 'number' ? property['x-order'] : Number.POSITIVE_INFINITY;
  return properties.toSorted(([, a], [, b]) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
}

function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replaceAll(/[_\s]+/g, '-')
    .toLowerCase();
}

function typeOf(property: Json): ProviderField['type'] | undefined {
  const { type } = property;
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') return type;
  if (type === 'array') return 'list';
  return type === undefined && Array.isArray(property['enum']) ? 'string' : undefined;
}

function choicesOf(property: Json): readonly string[] | undefined {
  const { enum: values } = property;
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : undefined;
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
