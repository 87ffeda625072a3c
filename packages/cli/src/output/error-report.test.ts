import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import picocolors from 'picocolors';
import { commandError } from '../errors.js';
import { exitCodeOf, renderError, reportOf, traceOf } from './error-report.js';

const coded = (code: string, extra: object = {}): Error =>
  Object.assign(new Error('the message'), { code, remedy: 'the remedy', details: { at: 3 }, ...extra });

describe('the exit code tells', () => {
  test.each([
    ['bad usage', commandError('bad-usage', { what: '', help: '' }), false, 2],
    ['a question that nobody can answer', commandError('confirmation-needed', { question: '' }), false, 2],
    ['a wrong configuration', coded('config-invalid'), false, 2],
    ['cancelled by the core', coded('cancelled'), false, 130],
    ['a no', commandError('cancelled', { what: '' }), false, 130],
    ['anything after Ctrl-C', new Error('socket closed'), true, 130],
    ['a failure', coded('corrupt'), false, 1],
    ['a fault', new TypeError('x is not a function'), false, 1],
    ['a thrown string', 'no', false, 1],
  ])('%s', (_name, error, cancelled, code) => expect(exitCodeOf(error, cancelled)).toBe(code));
});

test('an error with a code and a remedy is reported with them', () => {
  expect(reportOf(coded('corrupt'))).toEqual({ code: 'corrupt', message: 'the message', remedy: 'the remedy', details: { at: 3 } });
});

test('an error of the file system says which path it is about', () => {
  const error = (() => {
    try {
      return readFileSync('/'.padEnd(5000, 'a'));
    } catch (thrown) {
      return thrown;
    }
  })();
  const report = reportOf(error);
  expect(report).toMatchObject({ code: 'file-system-error', details: { path: '/'.padEnd(5000, 'a') } });
  expect(report.message).toContain('ENAMETOOLONG');
});

test("another system error is unexpected, and not passed off as one of the core's", () => {
  expect(reportOf(Object.assign(new Error('EPERM: no'), { code: 'EPERM' })).code).toBe('unexpected');
});

test('an error about settings is shown field by field, once, and without control characters', () => {
  const details = { provider: 'local', problems: 'path: must be\u0007 absolute', 'field:path': 'must be\u0007 absolute' };
  const error = Object.assign(new Error('These do not fit. path: must be\u0007 absolute'), {
    code: 'config-invalid',
    remedy: 'Correct them.',
    details,
  });
  const fields = [{ field: 'path', message: 'must be\u0007 absolute' }];
  expect(reportOf(error)).toMatchObject({ fields, details: { provider: 'local', fields } });
  expect(renderError(reportOf(error), picocolors.createColors(false))).toBe(
    ['error: These do not fit.', '  path: must be\\u{7} absolute', '  config-invalid', '  Correct them.'].join('\n'),
  );
});

test('the lines of a message stand further in than its first, so that none of them passes for another error', () => {
  const error = Object.assign(new Error('It ended. The end of its log:\none\nerror: two\u001b[2J'), { code: 'ended', remedy: '' });
  expect(renderError(reportOf(error), picocolors.createColors(false)).split('\n')).toEqual([
    'error: It ended. The end of its log:',
    '    one',
    '    error: two\\u{1b}[2J',
    '  ended',
  ]);
});

test('a trace goes through the causes, and not below an error of a provider', () => {
  const secret = new Error('401 for https://user:hunter2@host');
  const provider = Object.assign(new Error('the service said no', { cause: secret }), { name: 'ProviderError' });
  const trace = traceOf(new Error('outer\u001b[2J', { cause: provider }));
  expect(trace).toContain('outer\\u{1b}[2J');
  expect(trace).toContain('the service said no');
  expect(trace).not.toContain('hunter2');
});
