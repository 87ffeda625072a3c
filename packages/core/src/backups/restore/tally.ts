import { describeRestoreProblem } from './describe-problem.js';
import type { RestoreProblem } from './restore-result.js';
import type { RestoreProblemCode } from './safe-path.js';

/** What was restored, in plain data: it can go from one thread to another. */
export interface Restored {
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly problems: readonly RestoreProblem[];
}

/** What was restored so far. */
export class Tally {
  files = 0;
  folders = 0;
  links = 0;
  bytes = 0;
  readonly problems: RestoreProblem[] = [];

  addFile(size: number): void {
    this.files += 1;
    this.bytes += size;
  }

  problem(source: string, path: string, code: RestoreProblemCode, cause: unknown): void {
    this.problems.push({ source, path, code, message: describeRestoreProblem(path, code, cause) });
  }

  add({ files, folders, links, bytes, problems }: Restored): void {
    this.files += files;
    this.folders += folders;
    this.links += links;
    this.bytes += bytes;
    for (const problem of problems) this.problems.push(problem);
  }

  isEmpty(): boolean {
    return this.files + this.folders + this.links === 0;
  }

  result(): Restored {
    const { files, folders, links, bytes, problems } = this;
    return { files, folders, links, bytes, problems };
  }
}
