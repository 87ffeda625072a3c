import { expect, test } from 'vitest';
import { createProviderLog } from './provider-log.js';

const secret = 'a secret of some length';

test.each([
  ['many secrets make room for the part of one at its end', `${secret} `.repeat(8), 100, 0],
  ['the part of a secret comes last, and the rest of it was dropped before', `xxx ${secret.slice(0, 12)}`, 100, 50],
])('no part of a secret is shown where %s', async (_, message, logLine, cut) => {
  const shown: string[] = [];
  const note = (line: string) => void shown.push(line);
  const limits = { logLine, logBurst: 10, logRate: 10 };
  await using log = createProviderLog({ subject: 'one', file: undefined, secrets: () => [secret], limits, now: () => 0 });
  log.add('info', message, { debug: note, info: note, warn: note, error: note }, cut);
  expect(shown).toEqual([expect.stringMatching(/ \.\.\. \(\d+ more characters\)$/)]);
  expect(shown.join('').replaceAll('[secret]', '')).not.toMatch(/a s|secret/);
});
