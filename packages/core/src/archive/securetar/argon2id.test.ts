import { expect, test } from 'vitest';
import { type Argon2, argon2id } from './argon2id.js';
import { vectors } from './vectors.fixture.js';

const salt = Buffer.from(vectors.v3.root_salt, 'hex');
const expected = Buffer.from(vectors.v3.root_key, 'hex');

test('the root key is that of the format, whoever derives it', async () => {
  expect(Buffer.from(await argon2id(vectors.password, salt))).toEqual(expected);
  const withoutNode = () => {
    throw new Error('Argon2 algorithm not supported');
  };
  expect(Buffer.from(await argon2id(vectors.password, salt, withoutNode))).toEqual(expected);
});

test('the key is what Node answers, unless that is an error', async () => {
  const key = Buffer.alloc(32, 1);
  const answering: Argon2 = (_, __, done) => done(null, key);
  expect(await argon2id(vectors.password, salt, answering)).toBe(key);
  const failing: Argon2 = (_, __, done) => done(new Error('deriving bits failed'), key);
  expect(Buffer.from(await argon2id(vectors.password, salt, failing))).toEqual(expected);
});
