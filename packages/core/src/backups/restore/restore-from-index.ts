import { checkedContent } from '../../archive/index/read-entry.js';
import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { isHoldfastError } from '../../base/errors.js';
import { isAboutKey } from '../wanted-key.js';
import { type BackupIndex, type FoundEntry, type IndexedSource } from '../browse/backup-index.js';
import { contentOf } from '../browse/read-file.js';
import type { RestoreResult } from './restore-result.js';
import { targetFolder } from './restore-entries.js';
import type { FolderFor } from './restore-places.js';
import type { Selection } from './selection.js';
import { Tally } from './tally.js';
import type { TargetFolder } from './target-folder.js';

export interface IndexRestorePlan {
  readonly folderFor: FolderFor;
  readonly selection: Selection;
  readonly overwrite: boolean;
  readonly owners: boolean;
  /** Called for each entry. */
  onEntry(path: string): void;
  /** Bytes of file contents. */
  onBytes(count: number): void;
}

/** Entries that lie this close together are read as one stretch, bytes. */
const gapBytes = 1024 * 1024;
const stretchEntries = 4096;

/**
 * Restores chosen entries below `<target>/<source>`, reading no more of the backup than they take. Damage in one source doesn't keep the others
 * from being restored; it is thrown when they are done.
 */
export async function restoreFromIndex(index: BackupIndex, plan: IndexRestorePlan): Promise<RestoreResult> {
  const tally = new Tally();
  let failure: unknown;
  for (const source of index.sources) {
    if (!plan.selection.includesSource(source.name)) continue;
    try {
      await new SourceRestore(source, plan, tally).run();
    } catch (error) {
      if (!isHoldfastError(error) || error.code === 'truncated' || (tally.isEmpty() && isAboutKey(error))) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return tally.result();
}

class SourceRestore {
  readonly #folder: TargetFolder;
  /** Hard links whose content was not chosen: from its path to theirs. */
  readonly #missing = new Map<string, FoundEntry[]>();

  constructor(
    private readonly source: IndexedSource,
    private readonly plan: IndexRestorePlan,
    private readonly tally: Tally,
  ) {
    const { overwrite, owners } = plan;
    this.#folder = targetFolder({ source: source.name, folder: plan.folderFor(source.name), overwrite, owners }, tally);
  }

  async run(): Promise<void> {
    try {
      for await (const stretch of this.#stretches()) await this.#restore(stretch);
      for (const [path, links] of this.#missing) await this.#restoreMissing(path, links);
    } finally {
      this.#folder.finish();
    }
  }

  /** The chosen entries, in groups that are read in one go. */
  async *#stretches(): AsyncGenerator<readonly FoundEntry[], void, undefined> {
    const { selection } = this.plan;
    let group: FoundEntry[] = [];
    let end = 0;
    for (const within of selection.within(this.source.name)) {
      for await (const found of this.source.entries({ within })) {
        if (!selection.includes(this.source.name, found.path, found.entry.type === 'directory')) continue;
        const { offset } = found.indexed;
        if (group.length > 0 && (offset < end || offset > end + gapBytes || group.length >= stretchEntries)) {
          yield group;
          group = [];
        }
        group.push(found);
        end = offset + found.entry.size;
      }
    }
    if (group.length > 0) yield group;
  }

  async #restore(stretch: readonly FoundEntry[]): Promise<void> {
    const files = stretch.filter(({ entry }) => entry.size > 0);
    const start = files[0]?.indexed.offset ?? 0;
    const last = files.at(-1);
    const end = last === undefined ? start : last.indexed.offset + last.entry.size;
    const reader = new ByteReader(this.source.range(start, end - start));
    try {
      for (const found of stretch) {
        this.plan.onEntry(found.path);
        if (found.entry.type === 'file') await this.#file(found, start, reader);
        else this.#other(found);
      }
    } finally {
      await reader.close();
    }
  }

  async #file(found: FoundEntry, start: number, reader: ByteReader): Promise<void> {
    const { size } = found.entry;
    if (size > 0) await reader.skip(found.indexed.offset - start - reader.offset);
    await this.#write(found, checkedContent(taken(reader, size, this.plan), this.source.archive, found.indexed), found.path);
  }

  async #write({ entry }: FoundEntry, content: ByteSource, path: string): Promise<void> {
    await this.#folder.file({ ...entry, path }, content);
  }

  #other(found: FoundEntry): void {
    const entry = { ...found.entry, path: found.path };
    switch (entry.type) {
      case 'directory':
        if (this.#folder.folder(entry)) this.tally.folders += 1;
        break;
      case 'symlink':
        if (this.#folder.symlink(entry)) this.tally.links += 1;
        break;
      case 'hardlink': {
        const target = found.linkPath ?? '';
        const outcome = this.#folder.hardlink(entry, target);
        if (outcome === 'linked') this.tally.links += 1;
        if (outcome === 'missing') this.#missing.set(target, [...(this.#missing.get(target) ?? []), found]);
        break;
      }
      default:
        this.#folder.options.onProblem(entry.path, 'device');
    }
  }

  /** The first of the links becomes the file. */
  async #restoreMissing(path: string, links: readonly FoundEntry[]): Promise<void> {
    const target = await this.source.find(path);
    const file = target === undefined ? undefined : await contentOf(this.source, target);
    const [first, ...others] = links;
    if (first === undefined) return;
    if (file === undefined) {
      for (const link of links) this.#folder.options.onProblem(link.path, 'link');
      return;
    }
    await this.#write(file, this.source.content(file), first.path);
    for (const other of others) {
      if (this.#folder.hardlink({ ...other.entry, path: other.path }, first.path) === 'linked') this.tally.links += 1;
    }
  }
}

/** The next bytes of a reader, which may be left before their end. */
async function* taken(reader: ByteReader, size: number, plan: IndexRestorePlan): AsyncGenerator<Uint8Array, void, undefined> {
  for (let left = size; left > 0; ) {
    const part = await reader.some(left);
    if (part === undefined) return;
    left -= part.length;
    plan.onBytes(part.length);
    yield part;
  }
}
