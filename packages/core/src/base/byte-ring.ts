/** Bytes of a slot. */
const slotBytes = 512 * 1024;
/** While one is read and one is filled, what takes longer for a moment on either side is made up for by the others. */
const slotCount = 6;

/** Words before those of the slots. */
const head = 2;
const waitsForRoom = 0;
const counter = 1;
/** Where the slots begin: at a page of memory. */
const contentStart = 4096;

/** What stands in the word of a slot: how many bytes are in it, or one of these. */
const free = 0;
const ends = { end: -1, 'cut-end': -2, broken: -3 } as const;

/** How a stream of bytes ends: `cut-end` where its format lets the last bytes be missing, `broken` where the rest can't be had. */
export type RingEnd = keyof typeof ends;

export const ringBytes = contentStart + slotCount * slotBytes;

/** What both sides do with the memory they see. */
class Ring {
  protected readonly words: Int32Array;
  #next = 0;

  constructor(protected readonly memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, head + slotCount);
  }

  /** The word of the slot whose turn it is. */
  protected get word(): number {
    return head + this.#next;
  }

  protected get slot(): Buffer {
    return Buffer.from(this.memory, contentStart + this.#next * slotBytes, slotBytes);
  }

  protected advance(): void {
    this.#next = (this.#next + 1) % slotCount;
  }
}

/** The side that puts bytes in, which goes on with other work where it has to wait. */
export class RingWriter extends Ring {
  #used = 0;
  #counted = 0;

  /** `reader`: whether it takes no more, and when it has said something. Empties the ring: the reader must be at rest. */
  constructor(
    memory: SharedArrayBuffer,
    private readonly reader: { readonly ended: boolean; heard(): Promise<void> },
  ) {
    super(memory);
    this.words.fill(0);
  }

  /** @returns false where the reader takes no more */
  async put(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === 0 && !(await this.#hasRoom())) return false;
      const part = bytes.subarray(at, at + slotBytes - this.#used);
      this.slot.set(part, this.#used);
      at += part.length;
      this.#used += part.length;
      if (this.#used === slotBytes) this.#hand(this.#used);
    }
    return true;
  }

  async end(how: RingEnd): Promise<void> {
    if (this.#used > 0) this.#hand(this.#used);
    if (await this.#hasRoom()) this.#hand(ends[how]);
  }

  /** How much the reader has counted since the last time. */
  counted(): number {
    const before = this.#counted;
    this.#counted = Atomics.load(this.words, counter);
    return this.#counted - before;
  }

  async #hasRoom(): Promise<boolean> {
    while (Atomics.load(this.words, this.word) !== free) {
      if (this.reader.ended) return false;
      Atomics.store(this.words, waitsForRoom, 1);
      // It may have become free before the reader could see that somebody waits.
      if (Atomics.load(this.words, this.word) !== free) await this.reader.heard();
    }
    return !this.reader.ended;
  }

  #hand(length: number): void {
    Atomics.store(this.words, this.word, length);
    Atomics.notify(this.words, this.word);
    this.advance();
    this.#used = 0;
  }
}

/** The rest of a stream can't be had; whoever puts bytes in knows why. */
export class RingBroken extends Error {}

/** The side that takes bytes out. Its thread is made to wait, as a whole, where there are none. */
export class RingReader extends Ring {
  #cutEnd = false;

  /** `onRoom`: called where the other side waits for it. */
  constructor(
    memory: SharedArrayBuffer,
    private readonly onRoom: () => void,
  ) {
    super(memory);
  }

  get cutEnd(): boolean {
    return this.#cutEnd;
  }

  count(): void {
    Atomics.add(this.words, counter, 1);
  }

  /** Each chunk stays as it is until the one after the next is asked for. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let before: number | undefined;
    for (;;) {
      const { word } = this;
      Atomics.wait(this.words, word, free);
      const length = Atomics.load(this.words, word);
      if (length === ends.broken) throw new RingBroken('The rest is not to be had.');
      this.#cutEnd = length === ends['cut-end'];
      if (length < 0) return;
      const chunk = this.slot.subarray(0, length);
      this.advance();
      yield chunk;
      if (before !== undefined) this.#release(before);
      before = word;
    }
  }

  #release(word: number): void {
    Atomics.store(this.words, word, free);
    if (Atomics.exchange(this.words, waitsForRoom, 0) === 1) this.onRoom();
  }
}
