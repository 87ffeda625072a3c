import { join } from 'node:path';
import type { JsonRecord } from '@holdfast/core/provider-api';
import { isRecord } from '../json.js';

const conditions = new Set(['node', 'import', 'default']);

/** The path of the main module that a package.json names, as Node would look it up; `undefined` if it names none. */
export function entryOf(folder: string, { exports, main }: JsonRecord): string | undefined {
  const target = exports === undefined ? main : pickTarget(exports);
  return typeof target === 'string' ? join(folder, target) : undefined;
}

function pickTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (!isRecord(target)) return undefined;
  if ('.' in target) return pickTarget(target['.']);
  for (const [condition, nested] of Object.entries(target)) {
    const found = conditions.has(condition) ? pickTarget(nested) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
