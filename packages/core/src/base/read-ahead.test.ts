import { describe, expect, test } from 'vitest';
import { readAhead } from './read-ahead.js';

/** Gives 1 to 3, and notes what it was asked for. */
function counting(end: () => void = () => {}) {
  const said: string[] = [];
  async function* source() {
    try {
      for (const item of [1, 2, 3]) {
        said.push(`asked for ${item}`);
        yield item;
      }
      end();
    } finally {
      said.push('closed');
    }
  }
  return { said, source: source() };
}

describe('reading ahead', () => {
  test('asks for the next while one is worked on, and gives all of them in order', async () => {
    const { said, source } = counting();
    const got: number[] = [];
    for await (const item of readAhead(source)) {
      if (item < 3) expect(said.at(-1)).toBe(`asked for ${item + 1}`);
      got.push(item);
    }
    expect(got).toEqual([1, 2, 3]);
    expect(said.at(-1)).toBe('closed');
  });

  test('gives what came before a failure first', async () => {
    const { source } = counting(() => {
      throw new Error('broken');
    });
    const got: number[] = [];
    const reading = async () => {
      for await (const item of readAhead(source)) got.push(item);
    };
    await expect(reading()).rejects.toThrow('broken');
    expect(got).toEqual([1, 2, 3]);
  });

  test('closes a source that is left early', async () => {
    const { said, source } = counting();
    for await (const _ of readAhead(source)) break;
    expect(said).toEqual(['asked for 1', 'asked for 2', 'closed']);
  });
});
