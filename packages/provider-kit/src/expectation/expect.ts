import { isDeepStrictEqual } from 'node:util';
import { isProviderError, type ProviderError, type ProviderErrorCode } from '@holdfast/core/provider-api';
import { describeError, fail, type Finding } from './check-failure.js';

type Known = Pick<Finding, 'did' | 'rule'>;

/** Fails unless the two are alike. */
export function expectEqual(came: unknown, expected: unknown, known: Known): void {
  if (!isDeepStrictEqual(came, expected)) fail({ ...known, expected: shown(expected), came: shown(came) });
}

/** Fails unless it holds. */
export function expectTrue(holds: boolean, finding: Finding): void {
  if (!holds) fail(finding);
}

/** Fails unless the bytes are the same; says where they begin to differ. */
export function expectBytes(came: Uint8Array, expected: Uint8Array, known: Known): void {
  if (Buffer.compare(came, expected) === 0) return;
  const at = expected.findIndex((byte, index) => came[index] !== byte);
  const where = at === -1 || at >= came.length ? 'which end too late or too early' : `of which the one at ${at} is the first that differs`;
  fail({ ...known, expected: `the ${expected.length} bytes that were stored`, came: `${came.length} bytes, ${where}` });
}

/** Fails unless the call is rejected with a `ProviderError` of one of the codes, within ten seconds. */
export async function expectCode(
  call: Promise<unknown>,
  codes: ProviderErrorCode | readonly ProviderErrorCode[],
  known: Known,
): Promise<ProviderError> {
  const wanted = [codes].flat();
  const expected = `a ProviderError "${wanted.join('" or "')}"`;
  const failure = await call.then(
    (value) => fail({ ...known, expected, came: `it succeeded${value === undefined ? '' : ` with ${shown(value)}`}` }),
    (error: unknown) => error,
  );
  if (!isError(failure, wanted)) return fail({ ...known, expected, came: describeError(failure), cause: failure });
  return failure;
}

/** Waits for the call no longer than that, milliseconds. */
export async function expectWithin<T>(limit: number, call: Promise<T>, known: Known): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const finding = { ...known, expected: `an end within ${limit / 1000} s`, came: 'it went on' };
      reject(asError(() => fail(finding)));
    }, limit);
  });
  // It may be rejected when nobody listens any more.
  call.catch(() => {});
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

function asError(thrower: () => never): unknown {
  try {
    return thrower();
  } catch (error) {
    return error;
  }
}

function isError(value: unknown, codes: readonly string[]): value is ProviderError {
  return isProviderError(value) && value instanceof Error && codes.includes(value.code);
}

/** A value in a line of a report. */
export function shown(value: unknown): string {
  if (value instanceof ReadableStream) return 'a stream';
  const text = value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text;
}
