import { expect, test } from 'vitest';
import { formsOfSecrets, hideForms } from './hide-forms.js';

const plain = (form: string, placeholder: string, secret = false) => ({ form, placeholder, secret });

test('secrets are hidden as they are and as they are encoded, and short ones are left', () => {
  const secret = 'a/b "c"';
  const text = `${secret} ${encodeURIComponent(secret)} ${JSON.stringify(secret)} ${Buffer.from(`user:${secret}`).toString('base64')} abc`;
  const hidden = hideForms(text, formsOfSecrets([secret, 'abc', ''], '?'));
  expect(hidden).toMatch(/^\? \? "\?" \w{6,7}\?=* abc$/);
  expect(hideForms('nothing here', formsOfSecrets([secret], '?'))).toBe('nothing here');
});

test('what overlaps goes together, and a secret decides what is shown', () => {
  const forms = [plain('bucket-one', '<bucket>'), plain('one-two', '<secret>', true)];
  expect(hideForms('bucket-one-two, bucket-one', forms)).toBe('<secret>, <bucket>');
  expect(hideForms('aaaaaa', [plain('aaaa', '*')])).toBe('*');
  expect(hideForms('abab', [plain('ab', '*')])).toBe('**');
});
