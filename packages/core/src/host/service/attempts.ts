/** Which occasions were taken. It keeps what goes wrong before it could be noted anywhere from being tried over and over again. */
export class Attempts {
  /** Until when, in milliseconds of a clock that only goes on, an occasion is left alone. */
  readonly #until = new Map<string, number>();

  constructor(private readonly elapsed: () => number) {}

  /** Leaves an occasion alone for so long; for ever if it is not said. */
  note(key: string, milliseconds = Number.POSITIVE_INFINITY): void {
    this.#until.delete(key);
    this.#until.set(key, this.elapsed() + milliseconds);
    const [oldest] = this.#until.keys();
    if (this.#until.size > 1000 && oldest !== undefined) this.#until.delete(oldest);
  }

  /** After the clock leapt, an occasion may come twice. */
  forget(): void {
    this.#until.clear();
  }

  mayTry(key: string): boolean {
    return (this.#until.get(key) ?? 0) <= this.elapsed();
  }
}
