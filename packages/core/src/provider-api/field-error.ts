/** A message for one field of a configuration, or for all of it (`base`). */
export interface FieldError {
  /** The field's name in the configuration schema, or `base`. */
  readonly field: string;
  /** For a person: what is wrong and what would be right. A text, or `%key%` for one of `package.nls.json`. */
  readonly message: string;
  /** What stands for `{name}` in the message. No secrets. */
  readonly placeholders?: Readonly<Record<string, string>>;
}
