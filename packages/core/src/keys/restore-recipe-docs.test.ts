import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { restoreRecipe } from './restore-recipe.js';

test('docs/restoring.md has the recipe word for word, so that what the tests follow is what is read', () => {
  const page = readFileSync(new URL('../../../../docs/restoring.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, text]) => text);
  expect(blocks).toEqual([restoreRecipe]);
});
