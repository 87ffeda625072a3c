import { ApiError } from './api-error.js';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What a `Range` asks for of so many bytes; undefined where it asks for nothing that can be understood, which means all. */
export function parseRange(range: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < from) return undefined;
  if (from > to) throw new ApiError(416, 'range_not_satisfiable', 'The Range in the request is outside the size of the file');
  return { offset: from, length: to - from + 1 };
}
