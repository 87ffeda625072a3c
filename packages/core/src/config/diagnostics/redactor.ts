import { encodedForms } from '../../base/encoded-forms.js';
import { formsOfSecrets, type HiddenForm, hideForms } from '../../base/hide-forms.js';

/** Something that isn't secret and yet nobody else's business: a bucket's name, an account's id. */
export interface Identifier {
  /** What kind of thing it is, for the placeholder. */
  readonly label: string;
  readonly value: string;
}

export interface RedactorOptions {
  /** Values of four characters or more. */
  readonly secrets: () => readonly string[];
  readonly identifiers: () => readonly Identifier[];
}

const last = '***';

/**
 * Makes a function that takes secrets and identifiers out of a text, in whichever way they are written there (see {@link encodedForms}). An identifier
 * becomes a placeholder such as `<bucket 1>`, the same one each time. Both lists are asked for with each call, so that the same array is cheap.
 */
export function createRedactor({ secrets, identifiers }: RedactorOptions): (text: string) => string {
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();
  const placeholderOf = ({ label, value }: Identifier): string => {
    const known = placeholders.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    const placeholder = `<${label} ${count}>`;
    placeholders.set(value, placeholder);
    return placeholder;
  };

  let made:
    | { readonly secrets: readonly string[]; readonly identifiers: readonly Identifier[]; readonly forms: readonly HiddenForm[] }
    | undefined;
  const formsNow = (): readonly HiddenForm[] => {
    const now = { secrets: secrets(), identifiers: identifiers() };
    if (made?.secrets !== now.secrets || made.identifiers !== now.identifiers) {
      const ofIdentifiers = now.identifiers.flatMap((identifier) => {
        const placeholder = placeholderOf(identifier);
        return encodedForms(identifier.value).map((form): HiddenForm => ({ form, placeholder, secret: false }));
      });
      made = { ...now, forms: [...formsWithParts(now.secrets), ...ofIdentifiers] };
    }
    return made.forms;
  };

  return (text) => {
    const forms = formsNow();
    let redacted = hideForms(text, forms);
    // What is left beside a placeholder may make a value together with it, so it is looked at until there is nothing more to take out. Each
    // round makes the text shorter.
    for (let before = ''; before !== redacted; ) {
      before = redacted;
      redacted = hideForms(redacted, forms, () => last);
    }
    return redacted;
  };
}

function formsWithParts(secrets: readonly string[]): HiddenForm[] {
  return formsOfSecrets(
    secrets.flatMap((secret) => [secret, ...textsIn(secret)]),
    '<secret>',
  );
}

/** A secret may be a JSON document, such as a service account's key; its parts are as secret. */
function textsIn(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return [];
  try {
    return textsOf(JSON.parse(secret));
  } catch {
    return [];
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
