import { archiveError } from './errors.js';

// One JSON token. The repetition inside strings is unrolled, so that a long one costs no stack.
const tokenPattern = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

interface Container {
  readonly object: boolean;
  key: string | undefined;
  awaitsKey: boolean;
}

interface Place {
  /** From and to where the value stands in the text. */
  readonly values: readonly (readonly [from: number, to: number])[];
  /** Where the objects that could hold it end: at their closing braces. */
  readonly ends: readonly { readonly at: number; readonly empty: boolean }[];
}

/**
 * Changes one value of a `backup.json` and leaves every other byte of it as it is, numbers and unknown keys included. `path` are the names of
 * the objects' properties from the outside in. A value that isn't there is added, or with `ifThere` left out. Error: `metadata-unreadable`.
 */
export function editMetadata(text: string, path: readonly string[], value: unknown, options: { readonly ifThere?: boolean } = {}): string {
  const { values, ends } = find(text, path);
  const [last] = ends.slice(-1);
  if (values.length === 0) {
    if (options.ifThere === true) return text;
    if (last === undefined) throw archiveError('metadata-unreadable', { member: 'backup.json', what: 'it is not a JSON object' });
    const added = `${last.empty ? '' : ','}${JSON.stringify(path.at(-1))}:${JSON.stringify(value)}`;
    return text.slice(0, last.at) + added + text.slice(last.at);
  }
  let edited = '';
  let done = 0;
  // A repeated key counts with its last value for most readers; here all of them become the same.
  for (const [from, to] of values) {
    edited += text.slice(done, from) + JSON.stringify(value);
    done = to;
  }
  return edited + text.slice(done);
}

function find(text: string, path: readonly string[]): Place {
  const values: [number, number][] = [];
  const ends: { at: number; empty: boolean }[] = [];
  const open: Container[] = [];
  let valueFrom: number | undefined;
  const inside = (names: readonly string[]) => open.length === names.length + 1 && names.every((name, depth) => open[depth]?.key === name);
  const atValue = () =>
    open.length === path.length && path.every((name, depth) => open[depth]?.object === true && open[depth].key === name);
  let before = '';
  for (const { 0: token, index } of text.matchAll(tokenPattern)) {
    const top = open.at(-1);
    if (token === '{' || token === '[') {
      if (atValue()) valueFrom = index;
      open.push({ object: token === '{', key: undefined, awaitsKey: token === '{' });
    } else if (token === '}' || token === ']') {
      if (token === '}' && inside(path.slice(0, -1))) ends.push({ at: index, empty: before === '{' });
      open.pop();
      if (valueFrom !== undefined && atValue()) {
        values.push([valueFrom, index + 1]);
        valueFrom = undefined;
      }
    } else if (token === ',') {
      if (top?.object === true) top.awaitsKey = true;
    } else if (token === ':') {
      if (top !== undefined) top.awaitsKey = false;
    } else if (top?.awaitsKey === true) {
      top.key = String(JSON.parse(token));
    } else if (atValue()) {
      values.push([index, index + token.length]);
    }
    before = token;
  }
  return { values, ends };
}
