import type { Backlog } from '../../base/fan-out.js';
import type { BodyPiece } from '../../provider-api/index.js';
import { PieceSpool } from './piece-spool.js';
import type { SpoolBudget } from './spool-budget.js';

export interface PieceBacklogOptions {
  /** Bytes that are kept in memory. */
  readonly memoryBytes: number;
  /** So many pieces are kept in memory in any case. */
  readonly depth: number;
  /** Where the rest waits; the files have no names there, but on Windows. */
  readonly folder: string;
  readonly budget: SpoolBudget;
}

/** Of a piece, whatever it holds. */
const overhead = 256;

/** What a location that lags behind has still to be sent: in memory as far as that goes, then in files of the data directory, encrypted as it is. */
export class PieceBacklog implements Backlog<BodyPiece> {
  /** Bytes, in memory and in files. */
  bytes = 0;
  readonly #memory: BodyPiece[] = [];
  #inMemory = 0;
  readonly #options: PieceBacklogOptions;
  readonly #spool: PieceSpool;

  constructor(options: PieceBacklogOptions) {
    this.#options = options;
    this.#spool = new PieceSpool(options.folder, options.budget);
  }

  get length(): number {
    return this.#memory.length + this.#spool.length;
  }

  push(piece: BodyPiece): boolean | Promise<boolean> {
    const { memoryBytes, depth } = this.#options;
    const cost = costOf(piece);
    const hasRoom = this.#inMemory + cost <= memoryBytes || this.#memory.length < depth;
    this.bytes += cost;
    if (this.#spool.length > 0 || !hasRoom) return this.#spool.push(piece);
    this.#memory.push(piece);
    this.#inMemory += cost;
    return true;
  }

  async shift(): Promise<BodyPiece | undefined> {
    const kept = this.#memory.shift();
    if (kept !== undefined) this.#inMemory -= costOf(kept);
    const piece = kept ?? (await this.#spool.shift());
    if (piece !== undefined) this.bytes -= costOf(piece);
    return piece;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memory.length = 0;
    this.#inMemory = 0;
    await this.#spool[Symbol.asyncDispose]();
  }
}

function costOf(piece: BodyPiece): number {
  return overhead + (piece.type === 'hole' ? 0 : piece.bytes.length);
}
