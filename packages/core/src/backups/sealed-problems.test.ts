import { createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { newSealSalt, sealRootOf } from '../keys/seal-key.js';
import type { SourceProblem } from './sources/read-source.js';
import { openProblems, saltOf, sealProblems } from './sealed-problems.js';

const password = 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS';
const problems: readonly SourceProblem[] = [{ source: 'home', path: 'secret name', code: 'unreadable', message: 'no' }];
const salt = newSealSalt();
const material = { fingerprint: 'hf1-0123456789abcdef-vmr8dycsr8rrc3g4', salt, root: await sealRootOf(password, salt) };

test('problems are opened as the format says, by who has the key, and their names stand nowhere in the clear', () => {
  const sealed = sealProblems(problems, material);
  expect(JSON.stringify(sealed)).not.toContain('secret name');
  const root = scryptSync(password, Buffer.from(sealed.salt, 'base64'), 32, { N: 32768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
  const key = Buffer.from(hkdfSync('sha256', root, '', 'holdfast problems 1', 32));
  const data = Buffer.from(sealed.data, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64')).setAuthTag(data.subarray(-16));
  expect(JSON.parse(Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]).toString())).toEqual(problems);
  expect(openProblems(sealed, root)).toEqual(problems);
});

test('they need no root of their own: their salt is that of the seal', () => {
  expect(saltOf(sealProblems(problems, material))).toEqual(salt);
});

test('of another key, or changed, they stay closed', () => {
  const sealed = sealProblems(problems, material);
  expect(openProblems(sealed, randomBytes(32))).toBeUndefined();
  const data = Buffer.from(sealed.data, 'base64');
  data.writeUInt8((data[0] ?? 0) ^ 1, 0);
  expect(openProblems({ ...sealed, data: data.toString('base64') }, material.root)).toBeUndefined();
});

test('nothing is sealed without a key', () => {
  expect(() => sealProblems(problems, undefined)).toThrow('need a key');
});
