import { parseRetentionRules, type RetentionRules, type SourcePreset } from '@holdfast/core';
import { commandError } from '../errors.js';

/** What `job add` and `job change` are told. */
export interface JobOptions {
  readonly title?: string;
  readonly disabled?: boolean;
  readonly source?: readonly { readonly name: string; readonly path: string }[];
  readonly exclude?: readonly string[];
  readonly preset?: SourcePreset;
  readonly every?: string;
  readonly at?: string;
  readonly timeZone?: string;
  readonly to?: readonly string[];
  readonly keep?: string;
  readonly keepAt?: readonly string[];
  readonly plainAt?: readonly string[];
  readonly without?: readonly string[];
  readonly sameAt?: readonly string[];
  readonly before?: string;
  readonly after?: string;
  readonly timeLimit?: number;
  readonly encryption?: 'v2' | 'v3' | 'default';
  readonly level?: string;
}

/** `copies=7,daily=14`, or `all`. @throws `bad-usage` */
export function rulesOf(text: string, option: string): RetentionRules {
  if (text.trim() === 'all') return {};
  const rules = text.split(',').map((rule) => {
    const [name = '', number = ''] = rule.split('=').map((part) => part.trim());
    return [name, /^\d+$/.test(number) ? Number(number) : number] as const;
  });
  return parsed(option, () => parseRetentionRules(Object.fromEntries(rules), 'rules'));
}

/** What `parse` makes of it; what it says is wrong with the option is bad usage. */
export function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw badUsage(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function badUsage(what: string): Error {
  return commandError('bad-usage', { what, help: 'holdfast job add --help' });
}
