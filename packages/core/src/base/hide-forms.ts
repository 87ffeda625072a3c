import { encodedForms } from './encoded-forms.js';

/** A text that must not show, and what is shown in its place. */
export interface HiddenForm {
  readonly form: string;
  readonly placeholder: string;
  /** Of two that overlap, a secret decides what is shown. */
  readonly secret: boolean;
}

interface Range extends HiddenForm {
  readonly from: number;
  readonly to: number;
}

/** Secrets in all the ways in which they may stand in a text: see {@link encodedForms}. */
export function formsOfSecrets(secrets: readonly string[], placeholder: string): HiddenForm[] {
  return secrets.flatMap((secret) => encodedForms(secret).map((form) => ({ form, placeholder, secret: true })));
}

/** The text with a placeholder for each form in it. Those that overlap go together: of the second, a part would remain. */
export function hideForms(
  text: string,
  forms: readonly HiddenForm[],
  placeholderOf = ({ placeholder }: HiddenForm) => placeholder,
): string {
  const found = forms.flatMap((form) => occurrences(text, form));
  if (found.length === 0) return text;
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  const merged: Range[] = [];
  for (const range of found) {
    const before = merged.at(-1);
    if (before === undefined || range.from >= before.to) merged.push(range);
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
    parts.push(text.slice(end, range.from), placeholderOf(range));
    end = range.to;
  }
  return parts.join('') + text.slice(end);
}

function occurrences(text: string, form: HiddenForm): Range[] {
  const ranges: Range[] = [];
  for (let from = text.indexOf(form.form); from !== -1; from = text.indexOf(form.form, from + 1)) {
    ranges.push({ ...form, from, to: from + form.form.length });
  }
  return ranges;
}
