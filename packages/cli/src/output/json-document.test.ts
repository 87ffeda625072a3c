import { expect, test } from 'vitest';
import { jsonDocumentWith } from './json-document.js';

async function* items(count: number, failure?: Error): AsyncGenerator<{ n: number }> {
  for (let n = 0; n < count; n += 1) yield { n };
  if (failure !== undefined) throw failure;
}

test.each([0, 1, 3])('a list of %d is one JSON document', async (count) => {
  let text = '';
  for await (const chunk of jsonDocumentWith({ backup: { id: 'x' } }, 'files', items(count))) text += chunk;
  expect(JSON.parse(text)).toEqual({ backup: { id: 'x' }, files: Array.from({ length: count }, (_, n) => ({ n })) });
});

test('a list that breaks off is still one JSON document, with the reason', async () => {
  let text = '';
  const reading = async (): Promise<void> => {
    for await (const chunk of jsonDocumentWith({}, 'files', items(2, new Error('cut short')))) text += chunk;
  };
  await expect(reading()).rejects.toMatchObject({ name: 'ReportedError' });
  expect(JSON.parse(text)).toMatchObject({ files: [{ n: 0 }, { n: 1 }], error: { code: 'unexpected' } });
});
