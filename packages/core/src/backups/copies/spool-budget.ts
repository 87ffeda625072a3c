import { statfs } from 'node:fs/promises';

/** How much of the disk those that lag behind may take, all together. */
export class SpoolBudget {
  #left: number;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#left = limit;
  }

  /** @returns whether there was so much left */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** Of what is free on the disk of `folder`, half, and no more than `limit` bytes, where one is set. */
export async function spoolBudget(folder: string, limit: number | undefined): Promise<SpoolBudget> {
  const { bavail, bsize } = await statfs(folder);
  return new SpoolBudget(Math.min(limit ?? Infinity, Math.floor((bavail * bsize) / 2)));
}
