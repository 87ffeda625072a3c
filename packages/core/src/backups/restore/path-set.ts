/**
 * A set of paths that keeps 53 bits of each instead of the path, so that a restore of millions of files stays small. May take a path
 * for one that it has, once in about 10^10 pairs: ask it only where something else confirms the answer.
 */
export class PathSet {
  readonly #hashes = new Set<number>();

  add(path: string): void {
    this.#hashes.add(hash(path));
  }

  mayHave(path: string): boolean {
    return this.#hashes.has(hash(path));
  }
}

/** Two rounds of FNV-1a with different starts, 53 bits of them. */
function hash(path: string): number {
  let low = 0x811c9dc5;
  let high = 0x01234567;
  for (let at = 0; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 13);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
