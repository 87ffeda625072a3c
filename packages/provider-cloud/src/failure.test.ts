import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { callError } from './call-error.js';
import { failureOf } from './failure.js';

/** An error as the client makes it of an answer. */
function answered(status: number, name: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): Error {
  const error = Object.assign(new Error('UnknownError'), { name, $metadata: { httpStatusCode: status }, ...more });
  return Object.defineProperty(error, '$response', { value: { statusCode: status, headers } });
}

function network(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect' });
}

describe('why a call failed', () => {
  test.each([
    [answered(403, 'InvalidAccessKeyId'), 'key-id', 'auth-failed'],
    [answered(400, 'InvalidArgument', { message: 'Credential access key has length 20, should be 32' }), 'key-id', 'auth-failed'],
    [answered(403, 'SignatureDoesNotMatch'), 'secret', 'auth-failed'],
    [answered(401, 'Unauthorized'), 'credentials', 'auth-failed'],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'credentials', 'auth-failed'],
    [answered(403, 'AccessDenied'), 'denied', 'permission-denied'],
    [answered(403, 'Unknown'), 'denied', 'permission-denied'],
    [answered(403, 'AccessDenied', { message: 'Cannot upload files, storage cap exceeded.' }), 'full', 'quota-exceeded'],
    [answered(403, 'QuotaExceeded'), 'full', 'quota-exceeded'],
    [answered(507, 'Unknown'), 'full', 'quota-exceeded'],
    [answered(404, 'NoSuchBucket'), 'no-bucket', 'not-found'],
    [answered(404, 'NotFound'), 'no-object', 'not-found'],
    [answered(400, 'EntityTooLarge'), 'too-large', 'too-large'],
    [answered(503, 'SlowDown'), 'busy', 'rate-limited'],
    [answered(429, 'Unknown'), 'busy', 'rate-limited'],
    [answered(500, 'InternalError'), 'down', 'unavailable'],
    [answered(502, 'Error'), 'down', 'unavailable'],
    [answered(400, 'RequestTimeout'), 'down', 'unavailable'],
    [answered(400, 'BadDigest'), 'damaged', 'unavailable'],
    [answered(301, 'PermanentRedirect', {}, { 'x-amz-bucket-region': 'eu-west-1' }), 'region', 'invalid-config'],
    [answered(400, 'AuthorizationHeaderMalformed', { Region: 'eu-west-1' }), 'region', 'invalid-config'],
    [answered(302, 'Unknown'), 'redirect', 'unavailable'],
    [answered(501, 'NotImplemented'), 'unsupported', 'internal'],
    [network('ECONNREFUSED'), 'unreachable', 'unavailable'],
    [network('ENOTFOUND'), 'unreachable', 'unavailable'],
    [network('ECONNRESET'), 'unreachable', 'unavailable'],
    [Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'unreachable', 'unavailable'],
    [network('EPROTO'), 'not-secure', 'unavailable'],
    [network('DEPTH_ZERO_SELF_SIGNED_CERT'), 'not-secure', 'unavailable'],
    [network('ERR_TLS_CERT_ALTNAME_INVALID'), 'not-secure', 'unavailable'],
    [new TypeError('x is not a function'), 'unexpected', 'internal'],
    ['a text', 'unexpected', 'internal'],
  ])('%s is %s, %s', (error, kind, code) => {
    expect(failureOf(error)).toMatchObject({ kind, code });
  });

  test('the service is waited for as long as it asks', () => {
    expect(failureOf(answered(503, 'SlowDown', {}, { 'retry-after': '7' })).retryAfter).toBe(7);
    const date = new Date(Date.now() + 30_000).toUTCString();
    expect(failureOf(answered(503, 'SlowDown', {}, { 'retry-after': date })).retryAfter).toBeOneOf([29, 30]);
    expect(failureOf(answered(503, 'SlowDown', {}, { 'retry-after': 'soon' })).retryAfter).toBeUndefined();
  });

  test('a wrong clock is told with how wrong it is', () => {
    const skewed = answered(403, 'RequestTimeTooSkewed', { ServerTime: new Date(Date.now() + 3_600_000) });
    expect(failureOf(skewed).text).toBe('the clock of this machine is wrong, by 60 minutes slow (RequestTimeTooSkewed, 403)');
  });

  test('a region that the bucket is in is named', () => {
    const moved = answered(301, 'PermanentRedirect', {}, { 'x-amz-bucket-region': 'eu-west-1' });
    expect(callError(moved, 'Listing')).toMatchObject({
      field: 'region',
      message: expect.stringContaining('in another region: eu-west-1'),
    });
  });

  test('nothing that the service or the client says of the request gets into the error', () => {
    const told = {
      message: 'key AKSECRET',
      StringToSign: 'AWS4 AKSECRET',
      AWSAccessKeyId: 'AKSECRET',
      Code: 'AKSECRET is no code',
      Region: '<AKSECRET>',
    };
    const error = answered(400, 'AuthorizationHeaderMalformed', told, { authorization: 'AKSECRET', 'x-amz-bucket-region': 'AK SECRET' });
    expect(inspect(callError(error, 'Writing "a"'), { depth: 9, showHidden: true })).not.toContain('SECRET');
  });
});
