import { expect, test } from 'vitest';
import { createTurnstile } from './turnstile.js';

/** A task that notes when it runs and goes on until it is let go. */
function createTask(notes: string[], name: string) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    end,
    async run() {
      notes.push(`${name} starts`);
      await ended;
      notes.push(`${name} ends`);
    },
  };
}

test('one at a time, in the order in which they came, also past one that failed', async () => {
  const notes: string[] = [];
  const turnstile = createTurnstile();
  const [a, c] = [createTask(notes, 'a'), createTask(notes, 'c')];
  const first = turnstile.run(a.run);
  const failing = turnstile.run(async () => Promise.reject(new Error('b failed')));
  const third = turnstile.run(c.run);
  a.end();
  await first;
  await expect(failing).rejects.toThrow('b failed');
  c.end();
  await third;
  expect(notes).toEqual(['a starts', 'a ends', 'c starts', 'c ends']);
});

test('who stops waiting neither runs nor lets the next one in too early', async () => {
  const notes: string[] = [];
  const turnstile = createTurnstile();
  const [a, b, c] = [createTask(notes, 'a'), createTask(notes, 'b'), createTask(notes, 'c')];
  const leaving = new AbortController();
  const first = turnstile.run(a.run);
  const second = turnstile.run(b.run, leaving.signal);
  const third = turnstile.run(c.run);
  leaving.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  expect(notes).toEqual(['a starts']);
  a.end();
  c.end();
  await Promise.all([first, third]);
  expect(notes).toEqual(['a starts', 'a ends', 'c starts', 'c ends']);
});
