import { expect, test } from 'vitest';
import { editMetadata } from './edit-metadata.js';

test.each([
  ['{"a":1,"protected":true,"b":0.0}', '{"a":1,"protected":false,"b":0.0}'],
  ['{ "protected" : "an \\"old\\" probe}" }', '{ "protected" : false }'],
  ['{"protected":null,"size":12345678901234567890}', '{"protected":false,"size":12345678901234567890}'],
  ['{"protected":{"x":[1,{"protected":true}]},"y":[]}', '{"protected":false,"y":[]}'],
  ['{"extra":{"protected":true},"x":["protected",true]}', '{"extra":{"protected":true},"x":["protected",true],"protected":false}'],
  ['{}', '{"protected":false}'],
  ['{"\\u0070rotected":true,"protected":true}', '{"\\u0070rotected":false,"protected":false}'],
])('%s gets one value changed and nothing else', (text, edited) => {
  expect(editMetadata(text, ['protected'], false)).toBe(edited);
});

test('a value inside of another is changed where it is there', () => {
  const text = '{"extra":{"a":{"key":1},"key":"old"},"key":"old"}';
  expect(editMetadata(text, ['extra', 'key'], 'new', { ifThere: true })).toBe('{"extra":{"a":{"key":1},"key":"new"},"key":"old"}');
  expect(editMetadata('{"extra":{}}', ['extra', 'key'], 'new', { ifThere: true })).toBe('{"extra":{}}');
  expect(editMetadata('{"extra":{},"x":{}}', ['extra', 'key'], 'new')).toBe('{"extra":{"key":"new"},"x":{}}');
});

test('a long text and deep nesting are no trouble', () => {
  const text = `{"x":"${'\\"a'.repeat(500_000)}","y":${'['.repeat(5000)}${']'.repeat(5000)},"protected":true}`;
  expect(editMetadata(text, ['protected'], false)).toBe(text.replace('true}', 'false}'));
});
