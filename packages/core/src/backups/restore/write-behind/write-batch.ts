import { SharedTasks, type TaskOutcome } from '../../../base/shared-tasks.js';
import { applyAttributes, type Attributes, type Owner } from '../attributes.js';
import { beginUnfinished } from '../new-file.js';

/** Files of a batch. */
export const batchLength = 128;
/** For paths and contents, bytes. */
const roomLength = 512 * 1024;

/** Numbers that are kept of a file. */
const numberCount = 10;
const numbersStart = 4 * batchLength;
const roomStart = numbersStart + 8 * numberCount * batchLength;
export const batchBytes = roomStart + roomLength;

/** A file in a folder of the restore's own, on a file system that keeps modes. */
export interface FileToWrite {
  readonly path: string | Buffer;
  readonly attributes: Attributes;
  /** Whether owner and group are restored. */
  readonly owners: boolean;
  /** Whom a new file there belongs to. */
  readonly owner: Owner;
  readonly content: Uint8Array;
}

/** A number of small files that two threads write, in memory which both see. */
export class WriteBatch {
  readonly #files: SharedTasks;
  readonly #numbers: Float64Array;
  readonly #room: Buffer;
  #length = 0;
  #used = 0;

  constructor(memory: SharedArrayBuffer, start: number) {
    this.#files = new SharedTasks(memory, start, batchLength);
    this.#numbers = new Float64Array(memory, start + numbersStart, numberCount * batchLength);
    this.#room = Buffer.from(memory, start + roomStart, roomLength);
  }

  /** To be called when the outcome of each file of the last round is known. */
  empty(): void {
    this.#length = 0;
    this.#used = 0;
  }

  /** @returns false where there is no room for it */
  add({ path, attributes: { mode, mtime, uid, gid }, owners, owner, content }: FileToWrite): boolean {
    const start = this.#used;
    const contentStart = start + (typeof path === 'string' ? Buffer.byteLength(path) : path.length);
    const end = contentStart + content.length;
    if (this.#length === batchLength || end > roomLength) return false;
    if (typeof path === 'string') this.#room.write(path, start);
    else this.#room.set(path, start);
    this.#room.set(content, contentStart);
    const numbers = [start, contentStart, end, mode, mtime, uid, gid, owners ? 1 : 0, owner.uid, owner.gid];
    this.#numbers.set(numbers, this.#length * numberCount);
    this.#used = end;
    this.#length += 1;
    return true;
  }

  content(index: number): Buffer {
    const at = index * numberCount;
    return this.#room.subarray(this.#numbers[at + 1], this.#numbers[at + 2]);
  }

  /** Begins the round in which its files are written, and no others: what else stands in the memory is of earlier rounds. */
  begin(round: number): void {
    this.#files.begin(this.#length, round);
  }

  /** Writes the files of a round that the other thread has begun, as long as there are some that nobody has claimed. */
  help(round: number): void {
    this.#files.join(round);
    for (let index = 0; index < batchLength; index += 1) if (this.#files.claim(index)) this.#write(index);
  }

  /** Writes what nobody has claimed, the last first: who helps begins with the first. */
  write(): void {
    for (let index = this.#length - 1; index >= 0; index -= 1) if (this.#files.claim(index)) this.#write(index);
  }

  /** `left`: there is nothing of it, and something is not as it should be, which who writes it once more finds out. */
  outcome(index: number, patience: number): TaskOutcome {
    return this.#files.outcome(index, patience);
  }

  #write(index: number): void {
    let outcome: 'done' | 'left' = 'left';
    try {
      const at = index * numberCount;
      const [start = 0, contentStart = 0, , mode = 0, mtime = 0, uid = 0, gid = 0, owners = 0, ownerUid = 0, ownerGid = 0] =
        this.#numbers.subarray(at, at + numberCount);
      const tree = { owner: { uid: ownerUid, gid: ownerGid } };
      const file = beginUnfinished(this.#room.subarray(start, contentStart), tree);
      try {
        file.write(this.content(index));
        file.complete((made) => applyAttributes({ path: '', mode, mtime, uid, gid }, made, { owners: owners === 1, onProblem }));
        outcome = 'done';
      } finally {
        file.close();
      }
    } catch {
      // What was wrong shows when it is written once more.
    }
    this.#files.finish(index, outcome);
  }
}

function onProblem(): never {
  throw new Error('It does not get what it is to have.');
}
