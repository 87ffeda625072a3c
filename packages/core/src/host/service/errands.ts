import type { ServiceHost } from './service-host.js';
import type { ServiceTime } from './service-time.js';

const hour = 3_600_000;

/** What goes on beside the work on backups, for a backup may take all night: looking for issues each hour, and telling what is to be told. */
export class Errands {
  #checkedAt: { readonly wall: number; readonly elapsed: number } | undefined;

  constructor(
    private readonly time: ServiceTime,
    private readonly fail: (what: string, error: unknown) => void,
  ) {}

  /** Does what it is time for. */
  async run(host: ServiceHost, signal: AbortSignal): Promise<void> {
    if (host.checkUp !== undefined && this.#isCheckDue()) {
      this.#checkedAt = { wall: this.time.now().getTime(), elapsed: this.time.elapsed() };
      await this.#tried('check-up', () => host.checkUp?.({ signal }));
    }
    if (!signal.aborted) await this.#tried('notifications', () => host.notifications?.deliver(signal));
  }

  /** By either clock: one may stand still while the machine sleeps, the other may be set back. */
  #isCheckDue(): boolean {
    if (this.#checkedAt === undefined) return true;
    const { wall, elapsed } = this.#checkedAt;
    return this.time.elapsed() - elapsed >= hour || Math.abs(this.time.now().getTime() - wall) >= hour;
  }

  async #tried(what: string, run: () => Promise<unknown> | undefined): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.fail(what, error);
    }
  }
}
