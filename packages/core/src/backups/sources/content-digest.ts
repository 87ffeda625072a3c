import { createHash, hash, type Hash } from 'node:crypto';

/** SHA-256 of a file's content while it is read. */
export class ContentDigest {
  #running: Hash | undefined;
  #whole: string | undefined;

  constructor(private readonly size: number) {}

  add(bytes: Uint8Array): void {
    // Most files come in one piece, which is digested in one call.
    if (bytes.length === this.size) this.#whole = hash('sha256', bytes, 'hex');
    else {
      this.#running ??= createHash('sha256');
      this.#running.update(bytes);
    }
  }

  /** Hexadecimal. */
  finish(): string {
    return this.#whole ?? (this.#running ?? createHash('sha256')).digest('hex');
  }
}
