import { encodedForms } from './encoded-forms.js';

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

interface Pattern {
  readonly form: string;
  readonly placeholder: string;
  readonly secret: boolean;
}

interface Range extends Pattern {
  readonly from: number;
  to: number;
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
    | { readonly secrets: readonly string[]; readonly identifiers: readonly Identifier[]; readonly patterns: readonly Pattern[] }
    | undefined;
  const patternsNow = (): readonly Pattern[] => {
    const now = { secrets: secrets(), identifiers: identifiers() };
    if (made?.secrets !== now.secrets || made.identifiers !== now.identifiers) {
      const ofIdentifiers = now.identifiers.flatMap((identifier) => {
        const placeholder = placeholderOf(identifier);
        return encodedForms(identifier.value).map((form): Pattern => ({ form, placeholder, secret: false }));
      });
      made = { ...now, patterns: [...patternsOfSecrets(now.secrets), ...ofIdentifiers] };
    }
    return made.patterns;
  };

  return (text) => {
    const patterns = patternsNow();
    let redacted = replaceAll(text, patterns, ({ placeholder }) => placeholder);
    // What is left beside a placeholder may make a value together with it, so it is looked at until there is nothing more to take out. Each
    // round makes the text shorter.
    for (let before = ''; before !== redacted; ) {
      before = redacted;
      redacted = replaceAll(redacted, patterns, () => last);
    }
    return redacted;
  };
}

function patternsOfSecrets(secrets: readonly string[]): Pattern[] {
  return secrets
    .flatMap((secret) => [secret, ...textsIn(secret)])
    .flatMap((value) => encodedForms(value).map((form) => ({ form, placeholder: '<secret>', secret: true })));
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

/** Values that overlap in the text go together: of the second, a part would remain. */
function replaceAll(text: string, patterns: readonly Pattern[], replacement: (range: Pattern) => string): string {
  const found = patterns.flatMap((pattern) => occurrences(text, pattern));
  if (found.length === 0) return text;
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  const merged: Range[] = [];
  for (const range of found) {
    const before = merged.at(-1);
    if (before === undefined || range.from >= before.to) merged.push({ ...range });
    else
      merged[merged.length - 1] = {
        ...(range.secret && !before.secret ? range : before),
        from: before.from,
        to: Math.max(before.to, range.to),
      };
  }
  let end = 0;
  const parts: string[] = [];
  for (const range of merged) {
    parts.push(text.slice(end, range.from), replacement(range));
    end = range.to;
  }
  return parts.join('') + text.slice(end);
}

function occurrences(text: string, pattern: Pattern): Range[] {
  const ranges: Range[] = [];
  for (let from = text.indexOf(pattern.form); from !== -1; from = text.indexOf(pattern.form, from + 1)) {
    ranges.push({ ...pattern, from, to: from + pattern.form.length });
  }
  return ranges;
}
