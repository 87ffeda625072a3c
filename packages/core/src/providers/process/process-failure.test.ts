import { expect, test } from 'vitest';
import { type Ending, processFailure } from './process-failure.js';

const mebibyte = 1024 * 1024;
const subject = '@example/provider-memory@1.2.3';
const exited: Ending = { end: { type: 'exit', code: 7 }, killed: undefined, fatal: undefined, heapFull: false, heap: 256 * mebibyte };
const killed = { type: 'signal', signal: 'SIGKILL' } as const;

test.each<[string, Partial<Ending>, string, RegExp]>([
  ['an exit', {}, 'provider-crashed', /exit code 7/],
  ['an exception', { fatal: { name: 'TypeError', message: 'x is undefined', stack: '' } }, 'provider-crashed', /TypeError: x is undefined/],
  ['a kill from outside', { end: killed }, 'provider-crashed', /SIGKILL, perhaps/],
  ['a full heap', { end: { type: 'signal', signal: 'SIGABRT' }, heapFull: true }, 'provider-out-of-memory', /more than 256 MiB/],
  [
    'growth',
    { end: killed, killed: { type: 'resident', bytes: 600 * mebibyte, limit: 512 * mebibyte } },
    'provider-out-of-memory',
    /600 MiB/,
  ],
  ['silence', { end: killed, killed: { type: 'unresponsive', milliseconds: 18_000 } }, 'provider-unresponsive', /18 seconds/],
  ['garbage', { end: killed, killed: { type: 'fault', reason: 'sent no JSON' } }, 'provider-broken-channel', /as it sent no JSON\./],
  ['no process', { end: { type: 'error', reason: 'spawn EAGAIN' } }, 'provider-not-started', /spawn EAGAIN/],
])('%s is told by its name, and whose it is', (_, ending, code, text) => {
  const failure = processFailure(subject, { ...exited, ...ending });
  expect(failure).toMatchObject({ code, message: expect.stringMatching(text) });
  expect(failure?.message).toContain(subject);
  expect(failure?.details).toMatchObject({ package: '@example/provider-memory' });
});

test('a process that the host ended since nobody needs it did not fail', () => {
  expect(processFailure(subject, { ...exited, end: killed, killed: { type: 'unneeded' } })).toBeUndefined();
});
