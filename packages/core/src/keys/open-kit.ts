import type { ReadKit } from './read-kit.js';

/**
 * What a saved emergency kit says, be it the text or the page; also one of Home Assistant, or a file with no more than a key.
 *
 * @throws `kit-unreadable`
 */
export async function openKit(path: string): Promise<ReadKit> {
  const { readKit } = await import('./read-kit.js');
  return readKit(path);
}
