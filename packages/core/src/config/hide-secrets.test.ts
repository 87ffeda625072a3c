import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { configError } from './errors.js';
import { errorWithoutSecrets, hideSecrets } from './hide-secrets.js';

test('secrets are hidden wherever they stand, the longest first, and short ones are left', () => {
  const value = { text: 'key: secret-long secret no', list: ['secret', 7, null], secret: true };
  expect(hideSecrets(value, ['secret', 'secret-long', 'no'])).toEqual({
    text: 'key: ******** ******** no',
    list: ['********', 7, null],
    secret: true,
  });
  expect(hideSecrets(value, [])).toBe(value);
});

test('an error that quotes a secret is replaced by one that does not; others stay the same', () => {
  const harmless = configError('title-taken', { title: 'Attic' });
  expect(errorWithoutSecrets(harmless, ['hunter22'])).toBe(harmless);
  const telling = configError('title-taken', { title: 'a hunter22 title' }, new Error('hunter22'));
  const told = errorWithoutSecrets(telling, ['hunter22']);
  expect(told).toMatchObject({
    code: 'title-taken',
    message: expect.stringContaining('a ******** title') as unknown,
    details: { title: 'a ******** title' },
  });
  expect(inspect(told, { depth: 9, showHidden: true })).not.toContain('hunter22');
  const inCause = configError('title-taken', { title: 'Attic' }, new Error('hunter22'));
  expect(inspect(errorWithoutSecrets(inCause, ['hunter22']), { showHidden: true })).not.toContain('hunter22');
  expect(String(errorWithoutSecrets(new TypeError('no hunter22'), ['hunter22']))).toBe('Error: no ********');
});

test('an error is also kept from quoting a secret as it stands in an address or a header', () => {
  const secret = 'p/ss w*rd';
  const quoting = new Error(`GET https://a.example/?key=${encodeURIComponent(secret)} Basic ${Buffer.from(secret).toString('base64')}`);
  const told = String(errorWithoutSecrets(quoting, [secret]));
  expect(told).toMatch(/^Error: GET https:\/\/a\.example\/\?key=\*{8} Basic \*{8}=*$/);
});
