// Nothing that Holdfast writes is deeper than ten; the limit keeps a hostile sidecar from overflowing the stack.
const maxDepth = 200;

/**
 * The one text of a JSON value (RFC 8785): no white space, keys in ascending order of their UTF-16 code units, numbers and strings as ECMAScript
 * writes them. A lone surrogate, by which Holdfast writes a byte of a name that is not UTF-8, is written `\udcXX`, where the RFC has no text.
 *
 * @throws RangeError for a number that JSON can't hold and for more than 200 levels
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > maxDepth) throw new RangeError('it is nested too deeply');
  if (Array.isArray(value)) return `[${value.map((item: unknown) => write(item ?? null, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      // Not by locale: `<` compares code units.
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${write(member, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('it holds a number that JSON has no text for');
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new RangeError('it holds what JSON has no text for');
  return text;
}
