import { expect, test } from 'vitest';
import type { LogLevel, ServiceEntry } from '@holdfast/core';
import { createServiceLog, type LogFormat } from './service-log.js';

const entry: ServiceEntry = { level: 'warn', event: 'run-ended', job: '0a1b2c3d', message: 'NAS\u001b[2J\nforged' };

function written(format: LogFormat, level: LogLevel, told: ServiceEntry): string {
  const lines: string[] = [];
  createServiceLog({ format, level, write: (line) => lines.push(line), now: () => new Date('2027-01-01T12:00:00Z') })(told);
  return lines.join('');
}

test('an entry is one line, whatever is in it', () => {
  expect(written('text', 'info', entry)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:00 warn {2}NAS\\u\{1b\}\[2J\\u\{a\}forged\n$/);
  expect(written('journal', 'info', entry)).toBe('<4>NAS\\u{1b}[2J\\u{a}forged\n');
  const json = written('json', 'info', entry);
  expect(json.indexOf('\n')).toBe(json.length - 1);
  expect(JSON.parse(json)).toEqual({ time: '2027-01-01T12:00:00.000Z', ...entry });
});

test.each<[LogLevel, boolean]>([
  ['debug', true],
  ['warn', true],
  ['error', false],
])('at level %s a warning is written: %s', (level, expected) => expect(written('text', level, entry) !== '').toBe(expected));
