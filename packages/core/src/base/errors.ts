/** One line of an error catalogue. `{name}` in either text is replaced by the detail of that name. */
export interface ErrorEntry {
  /** What happened, and to what. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly remedy: string;
}

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

const brand = Symbol.for('holdfast.HoldfastError');

/** Every error that Holdfast itself raises: a stable code, a cause in words and a remedy. Details never hold secrets. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';

  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
    readonly details: ErrorDetails = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, brand, { value: true });
  }

  toJSON(): { code: string; message: string; remedy: string; details: ErrorDetails } {
    return { code: this.code, message: this.message, remedy: this.remedy, details: this.details };
  }
}

/** True for a {@link HoldfastError}, of the given code if one is given; also for one of another copy of this module. */
export function isHoldfastError(value: unknown, code?: string): value is HoldfastError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return code === undefined || ('code' in value && value.code === code);
}

export type ErrorFactory<Code extends string> = (code: Code, details?: ErrorDetails, cause?: unknown) => HoldfastError;

/** Makes the factory for a catalogue's errors. */
export function errorsOf<Code extends string>(catalogue: Readonly<Record<Code, ErrorEntry>>): ErrorFactory<Code> {
  return (code, details = {}, cause) => {
    const entry = catalogue[code];
    return new HoldfastError(code, fillIn(entry.message, details), fillIn(entry.remedy, details), details, cause);
  };
}

/** The text with its `{name}`s replaced by the details of those names. */
export function fillIn(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(details[name] ?? placeholder));
}
