import { join } from 'node:path';
import { fanOut } from '../../base/fan-out.js';
import type { BodyPiece } from '../../provider-api/index.js';
import { formatByteSize } from '../../providers/byte-size.js';
import { backupError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import type { Target } from '../targets.js';
import { PieceBacklog } from './piece-backlog.js';
import { SpoolBudget, spoolBudget } from './spool-budget.js';
import { watchStall } from './watch-stall.js';

/** How far a location may fall behind the others. */
export interface LagLimits {
  /** Bytes in files of the data directory, for all that lag together; default half of what is free there. */
  readonly spoolBytes?: number;
  /** Bytes in memory, for all locations together. Default 64 MiB. */
  readonly memoryBytes?: number;
  /** How long a location may take nothing at all while another has the backup already. Milliseconds; default half an hour. */
  readonly stall?: number;
}

export interface PaceOptions extends LagLimits {
  readonly dataDir: string;
  /** The backup's id. */
  readonly id: string;
  /** What is not encrypted waits in memory alone. */
  readonly encrypted: boolean;
  /** Bytes of the backup, once they are known. */
  readonly size: () => number | undefined;
  readonly onProgress?: OnProgress;
  readonly signal: AbortSignal;
}

/** A target that takes the backup at its own pace. */
export interface PacedTarget extends AsyncDisposable {
  readonly target: Target;
  readonly pieces: AsyncIterable<BodyPiece>;
  /** Fires when it is dropped, too. */
  readonly signal: AbortSignal;
  /** Why it was dropped, if it was. */
  readonly dropped: Error | undefined;
  /** To be called when it has taken all, or failed. `holds`: it has the backup. */
  ended(holds: boolean): void;
}

const defaults = { memoryBytes: 64 * 1024 * 1024, stall: 30 * 60_000 };
const leastMemory = 4 * 1024 * 1024;
const depth = 4;

/**
 * Lets each target take a body at its own pace. What one has not taken yet waits in memory, then in files; one that falls behind by more than there is room
 * for is dropped, and so is one that takes nothing any more when another has the backup. The last one never is.
 */
export async function atTheirOwnPace(
  body: AsyncIterable<BodyPiece>,
  targets: readonly Target[],
  options: PaceOptions,
): Promise<readonly PacedTarget[]> {
  const { dataDir, memoryBytes = defaults.memoryBytes, spoolBytes } = options;
  const isAlone = targets.length <= 1;
  const budget = isAlone || !options.encrypted ? new SpoolBudget(0) : await spoolBudget(dataDir, spoolBytes);
  const memory = options.memoryBytes ?? Math.max(leastMemory, memoryBytes / targets.length);
  const backlogs: PieceBacklog[] = [];
  const paced: Paced[] = [];
  const branches = fanOut(body, targets.length, {
    depth,
    backlog() {
      const backlog = new PieceBacklog({ memoryBytes: memory, depth, folder: join(dataDir, 'spool'), budget });
      backlogs.push(backlog);
      return backlog;
    },
    onTooFarBehind: (reader) =>
      paced[reader]?.drop(`${formatByteSize(backlogs[reader]?.bytes ?? 0)} behind`) ?? new Error('no such reader'),
  });
  for (const [number, target] of targets.entries()) {
    const branch = branches[number];
    if (branch !== undefined) paced.push(new Paced(target, branch, paced, options));
  }
  return paced;
}

class Paced implements PacedTarget {
  dropped: Error | undefined;
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  #taken = 0;
  #hasEnded = false;
  #watch: Disposable | undefined;

  constructor(
    readonly target: Target,
    private readonly branch: ReturnType<typeof fanOut<BodyPiece>>[number],
    private readonly all: readonly Paced[],
    private readonly options: PaceOptions,
  ) {
    this.signal = AbortSignal.any([options.signal, this.#controller.signal]);
  }

  get pieces(): AsyncGenerator<BodyPiece, void, undefined> {
    return this.#pieces();
  }

  async *#pieces(): AsyncGenerator<BodyPiece, void, undefined> {
    for await (const piece of this.branch.items) {
      if (piece.type !== 'fill') this.#taken += piece.type === 'hole' ? piece.length : piece.bytes.length;
      this.#tellOfSlowest();
      yield piece;
    }
  }

  /** @returns what it fails with */
  drop(why: string): Error {
    const { record } = this.target;
    this.dropped ??= backupError('location-too-slow', { location: record.title, why, id: this.options.id, to: record.id });
    this.#controller.abort(this.dropped);
    return this.dropped;
  }

  ended(holds: boolean): void {
    this.#hasEnded = true;
    this.#watch?.[Symbol.dispose]();
    if (!holds) return;
    for (const other of this.all) other.#beginWatch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    this.#watch?.[Symbol.dispose]();
    await this.branch.leave();
  }

  #beginWatch(): void {
    if (this.#hasEnded || this.#watch !== undefined) return;
    const limit = this.options.stall ?? defaults.stall;
    this.#watch = watchStall(
      () => this.#taken,
      limit,
      () => this.drop(`it took nothing for ${Math.round(limit / 60_000)} minutes`),
    );
  }

  /** When the sources are read and the others are done, how far the slowest is. */
  #tellOfSlowest(): void {
    const { size, onProgress } = this.options;
    const totalBytes = size();
    if (totalBytes === undefined || onProgress === undefined || this.all.length === 1) return;
    const [slowest] = this.all.filter((other) => !other.#hasEnded).toSorted((a, b) => a.#taken - b.#taken);
    if (slowest !== this) return;
    onProgress({ phase: 'copying', bytes: this.#taken, totalBytes, files: 0, current: this.target.record.title });
  }
}
