import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, type Identifier } from './redactor.js';

function redactor(secrets: readonly string[], identifiers: readonly Identifier[] = []) {
  return createRedactor({ secrets: () => secrets, identifiers: () => identifiers });
}

const encodings: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  url: (value) => encodeURIComponent(value),
  'url in lower case': (value) => encodeURIComponent(value).replace(/%../g, (escape) => escape.toLowerCase()),
  form: (value) => String(new URLSearchParams({ value })).slice('value='.length),
  json: (value) => JSON.stringify(value).slice(1, -1),
  'json in json': (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3),
  hex: (value) => Buffer.from(value).toString('hex'),
  inspected: (value) => inspect({ value }).slice('{ value: '.length + 1, -' }'.length - 1),
};

const secret = fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme' }).filter((value) => value.length >= 4);

test('no secret survives, however it is written, between whatever, and however secrets overlap', () => {
  const part = fc.tuple(fc.string({ maxLength: 10 }), fc.nat(3), fc.constantFrom(...Object.keys(encodings)), fc.nat(40));
  const property = fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.array(part, { maxLength: 8 }), (secrets, parts) => {
    const written = parts.map(([between, index, encoding, cut]) => {
      const value = secrets[index % secrets.length] ?? '';
      return `${between}${encodings[encoding]?.(value) ?? ''}${value.slice(0, cut)}`;
    });
    const redacted = redactor(secrets)(written.join(''));
    for (const value of secrets) {
      for (const encode of Object.values(encodings)) if (encode(value).length >= 4) expect(redacted).not.toContain(encode(value));
    }
  });
  fc.assert(property, { numRuns: 200 });
});

test('no secret survives in base64, whatever stands before and behind it', () => {
  const property = fc.property(secret, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (value, before, behind) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(before + value + behind).toString(encoding);
      const redacted = redactor([value])(`Basic ${encoded}.`);
      expect(redacted).not.toContain(encoded);
      expect(redacted).toMatch(/^Basic .{0,10}(<secret>|<?\*\*\*>?).{0,12}\.$/s);
    }
  });
  fc.assert(property, { numRuns: 200 });
});

test('secrets that overlap in the text leave no part of either', () => {
  expect(redactor(['abcdef', 'defghi', 'cdef'])('x abcdefghi y abcdef')).toBe('x <secret> y <secret>');
});

test('a secret that a placeholder contains is taken out of that too', () => {
  expect(redactor(['secret', 'hunter22'])('a secret hunter22')).not.toMatch(/secret|hunter22/);
});

test('the parts of a secret that is a JSON document are as secret', () => {
  const key = JSON.stringify({ type: 'service_account', inner: [{ private_key: '-----BEGIN\nabc' }] });
  expect(redactor([key])('said "-----BEGIN\\nabc"')).toBe('said "<secret>"');
});

test('an identifier has the same placeholder each time, and the secret in it counts more', () => {
  const identifiers: Identifier[] = [
    { label: 'bucket', value: 'holiday-photos' },
    { label: 'bucket', value: 'holiday-photos-2' },
    { label: 'account', value: '1234/5678' },
  ];
  const redact = redactor(['photos-2'], identifiers);
  expect(redact('holiday-photos at 1234%2F5678 and 1234/5678, holiday-photos')).toBe(
    '<bucket 1> at <account 1> and <account 1>, <bucket 1>',
  );
  expect(redact('holiday-photos-2!')).toBe('<secret>!');
  identifiers.reverse();
  expect(createRedactor({ secrets: () => [], identifiers: () => identifiers })('holiday-photos-2')).toBe('<bucket 1>');
});

test('what is known later is redacted from then on, and short values are let alone', () => {
  let secrets: readonly string[] = ['abc', ''];
  const redact = createRedactor({ secrets: () => secrets, identifiers: () => [] });
  expect(redact('abc abcd')).toBe('abc abcd');
  secrets = [...secrets, 'abcd'];
  expect(redact('abc abcd')).toBe('abc <secret>');
});
