/**
 * Pieces of memory of one size, each used again when it has come back: a new one for each chunk of a stream would wait to be collected, and
 * V8 begins with that only when 32 MiB of them do.
 */
export class Rooms {
  readonly #free: Buffer[] = [];
  /** That of the chunk that was passed on last. */
  #passedOn: Buffer | undefined;

  /** `size`: bytes. */
  constructor(readonly size: number) {}

  /** One that nobody uses. What is in it is left from whoever did. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.size);
  }

  giveBack(room: Buffer): void {
    this.#free.push(room);
  }

  /**
   * To be told of each chunk just before a stream yields it: the room that it stands in, or `undefined` for memory of its own. That of the chunk before comes
   * back, to be taken when the stream goes on, which is when the one after this is asked for: see `ByteSource`.
   */
  passOn(room: Buffer | undefined): void {
    if (this.#passedOn !== undefined) this.giveBack(this.#passedOn);
    this.#passedOn = room;
  }
}
