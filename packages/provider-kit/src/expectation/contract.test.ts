import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contract } from './contract.js';

const contractFolder = new URL('../../../core/src/provider-api/', import.meta.url);

/** Words as they are read: without the marks of comments and the ends of lines. */
function wordsOf(text: string): string {
  return text.replace(/\s*\n\s*(\*(?!\/)|\/\/)?\s*/g, ' ').replace(/\s+/g, ' ');
}

const files = readdirSync(contractFolder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const api = wordsOf(files.map((name) => readFileSync(new URL(name, contractFolder), 'utf8')).join('\n'));
const guide = wordsOf(readFileSync(new URL('../../../../docs/writing-a-provider.md', import.meta.url), 'utf8'));

// An author who looks for a sentence that a failure quotes has to find it.
test.each(Object.entries(contract))('the sentence %s stands in the contract', (_, sentence) => {
  if (sentence.startsWith('docs:')) expect(guide).toContain(sentence.slice('docs:'.length));
  else expect(api).toContain(sentence);
});
