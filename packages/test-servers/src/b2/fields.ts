import { badRequest } from './api-error.js';

interface IntegerRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** The parameters of a call. A wrong type is refused, and so is, by `end`, every field that nothing asked for. */
export class Fields {
  readonly #values: Map<string, unknown>;
  /** A query holds texts alone. */
  readonly #isQuery: boolean;
  readonly #asked = new Set<string>();

  private constructor(values: Map<string, unknown>, isQuery: boolean) {
    this.#values = values;
    this.#isQuery = isQuery;
  }

  static fromQuery(query: URLSearchParams): Fields {
    return new Fields(new Map(query), true);
  }

  static fromJson(text: string): Fields {
    let value: unknown;
    try {
      value = JSON.parse(text === '' ? '{}' : text);
    } catch {
      throw badRequest('request body is not valid JSON');
    }
    if (!isRecord(value)) throw badRequest('request body is not a JSON object');
    return new Fields(new Map(Object.entries(value)), false);
  }

  has(name: string): boolean {
    return this.#optional(name) !== undefined;
  }

  string(name: string): string {
    return required(name, this.optionalString(name));
  }

  optionalString(name: string): string | undefined {
    const value = this.#optional(name);
    if (value === undefined || typeof value === 'string') return value;
    throw badRequest(`${name} is not a string`);
  }

  integer(name: string, { minimum, maximum }: IntegerRange): number {
    return required(name, this.optionalInteger(name, { minimum, maximum }));
  }

  optionalInteger(name: string, { minimum, maximum }: IntegerRange): number | undefined {
    const given = this.#optional(name);
    if (given === undefined) return undefined;
    const value = this.#isQuery && typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw badRequest(`${name} is not an integer`);
    if (value < minimum || value > maximum) throw badRequest(`${name} out of range: ${value}`);
    return value;
  }

  /** How many entries a page may have. 0 stands for the default. */
  pageSize(name: string, { standard, maximum }: { readonly standard: number; readonly maximum: number }): number {
    return this.optionalInteger(name, { minimum: 0, maximum }) || standard;
  }

  strings(name: string): readonly string[] {
    return required(name, this.optionalStrings(name));
  }

  optionalStrings(name: string): readonly string[] | undefined {
    const value = this.#optional(name);
    if (value === undefined) return undefined;
    if (this.#isQuery && typeof value === 'string') return value.split(',');
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw badRequest(`${name} is not an array of strings`);
  }

  /** An object whose values are texts. */
  optionalTexts(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#optional(name);
    if (value === undefined) return undefined;
    if (!isRecord(value)) throw badRequest(`${name} is not an object`);
    return Object.fromEntries(
      Object.entries(value).map(([key, text]) => {
        if (typeof text === 'string') return [key, text];
        throw badRequest(`${name}.${key} is not a string`);
      }),
    );
  }

  /** Objects, each read as a call's parameters are. */
  optionalObjects(name: string): readonly Fields[] | undefined {
    const value = this.#optional(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw badRequest(`${name} is not an array`);
    return value.map((item: unknown) => {
      if (isRecord(item)) return new Fields(new Map(Object.entries(item)), false);
      throw badRequest(`${name} holds something else than objects`);
    });
  }

  /** Fields which Backblaze knows, and which make no difference here. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** To be called when all fields were asked for. */
  end(): void {
    for (const name of this.#values.keys()) if (!this.#asked.has(name)) throw badRequest(`unknown field: ${name}`);
  }

  /** `null` stands for a field that is not there. */
  #optional(name: string): unknown {
    this.#asked.add(name);
    return this.#values.get(name) ?? undefined;
  }
}

function required<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw badRequest(`required field ${name} is missing`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
