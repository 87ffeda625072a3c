import { InvalidArgumentError } from 'commander';

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** For `--source NAME=PATH`, several times. */
export function collectSource(
  value: string,
  before: readonly { readonly name: string; readonly path: string }[] | undefined,
): readonly { readonly name: string; readonly path: string }[] {
  const equals = value.indexOf('=');
  if (equals <= 0 || equals === value.length - 1) throw new InvalidArgumentError('It must be NAME=PATH.');
  return [...(before ?? []), { name: value.slice(0, equals), path: value.slice(equals + 1) }];
}

/** For `--set KEY=VALUE`, several times. What is wrong with one is said without repeating it. */
export function collectSetting(
  given: string,
  before: readonly { readonly key: string; readonly value: string }[] | undefined,
): readonly { readonly key: string; readonly value: string }[] {
  const equals = given.indexOf('=');
  if (equals <= 0) throw new InvalidArgumentError('It must be KEY=VALUE.');
  return [...(before ?? []), { key: given.slice(0, equals), value: given.slice(equals + 1) }];
}

/** For a whole number within bounds. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw new InvalidArgumentError(
        most === Number.MAX_SAFE_INTEGER
          ? `It must be a whole number from ${least}.`
          : `It must be a whole number from ${least} to ${most}.`,
      );
    }
    return number;
  };
}
