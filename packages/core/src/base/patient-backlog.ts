import type { Backlog } from './fan-out.js';

/** Holds up whoever pushes while it is full: so a fan-out goes at the pace of the slowest reader, and none is dropped. */
export class PatientBacklog<T> implements Backlog<T> {
  readonly #items: T[] = [];
  readonly #room: number;
  #isOpen = true;
  #onRoom: (() => void) | undefined;

  /** `room`: items, at least one. */
  constructor(room: number) {
    this.#room = room;
  }

  get length(): number {
    return this.#items.length;
  }

  async push(item: T): Promise<boolean> {
    while (this.#isOpen && this.#items.length >= this.#room) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
    if (this.#isOpen) this.#items.push(item);
    return true;
  }

  shift(): T | undefined {
    const item = this.#items.shift();
    this.#tell();
    return item;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    this.#items.length = 0;
    this.#tell();
  }

  #tell(): void {
    this.#onRoom?.();
    this.#onRoom = undefined;
  }
}
