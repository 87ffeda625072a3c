import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endWhenStuck } from './end-stuck.js';

let resources: string[];
let unread: number;
let killed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [resources, unread, killed] = [['Timeout', 'FSReqPromise'], 0, []];
  endWhenStuck({
    pid: 1,
    getActiveResourcesInfo: () => resources,
    kill: (_, signal) => killed.push(signal),
    stdout: {
      get writableLength() {
        return unread;
      },
    },
    stderr: { writableLength: 0, write: (text) => killed.push(text) },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a process that a file system keeps is ended after a while, and says why', () => {
  vi.advanceTimersByTime(4_500);
  expect(killed).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(killed).toEqual([expect.stringContaining('does not answer'), 'SIGKILL']);
});

test('one whose files answer now and then is not', () => {
  for (let look = 0; look < 20; look += 1) {
    resources = look % 4 === 0 ? [] : ['FSReqCallback'];
    vi.advanceTimersByTime(1_000);
  }
  expect(killed).toEqual([]);
});

test('nor is one whose output somebody still reads', () => {
  unread = 1;
  vi.advanceTimersByTime(600_000);
  expect(killed).toEqual([]);
});
