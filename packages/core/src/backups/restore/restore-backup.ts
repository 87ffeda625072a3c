import type { ByteSource } from '../../base/byte-reader.js';
import { isHoldfastError } from '../../base/errors.js';
import { type BackupSource, readSources, type ReadSourcesOptions } from '../read-sources.js';
import { sourceEntries } from '../source-entries.js';
import { isAboutKey } from '../wanted-key.js';
import { type MissingContents, restoreEntries, type SourceTarget, targetFolder } from './restore-entries.js';
import type { FolderFor } from './restore-places.js';
import type { RestoreResult } from './restore-result.js';
import { openRestoreThread, type RestoreThread, type RestoreThreadOptions } from './restore-thread.js';
import type { Selection } from './selection.js';
import { Tally } from './tally.js';

export interface RestorePlan {
  /** Opens the backup from its start. Called again only where a chosen hard link's content lies in an entry that was not chosen. */
  open(): Promise<ByteSource>;
  readonly passwords: readonly string[];
  readonly keyFingerprint: string | undefined;
  /** From the backup's index, if it has one: see `readSources`. */
  readonly archives?: ReadSourcesOptions['archives'];
  readonly folderFor: FolderFor;
  readonly selection: Selection;
  readonly overwrite: boolean;
  readonly owners: boolean;
  /** Called with how many more entries were met. */
  onEntries(count: number): void;
  /** From which size of its archive on, in bytes, a source is written by a thread of its own, and how that goes. Default: 4 MiB. */
  readonly thread?: RestoreThreadOptions & { readonly from: number };
  /** Called when a chosen source is reached. */
  onSource?(name: string): void;
}

/** Bytes. Starting a thread takes as long as restoring some hundred small files. */
const threadFrom = 4 * 1024 * 1024;

/**
 * Restores a backup's chosen entries below `<target>/<source>`. Damage in one part of the backup doesn't keep the
 * others from being restored; it is thrown when they are done.
 */
export async function restoreBackup(plan: RestorePlan): Promise<RestoreResult> {
  await using restoring = new BackupRestore(plan);
  return await restoring.run();
}

class BackupRestore implements AsyncDisposable {
  readonly #tally = new Tally();
  /** By source. */
  readonly #missing = new Map<string, MissingContents>();
  #thread: Promise<RestoreThread | undefined> | undefined;

  constructor(private readonly plan: RestorePlan) {}

  async run(): Promise<RestoreResult> {
    const { plan } = this;
    let failure: unknown;
    try {
      for await (const source of readSources(await plan.open(), plan)) {
        if (!plan.selection.includesSource(source.name)) continue;
        plan.onSource?.(source.name);
        try {
          const missing = await this.#restoreSource(source);
          if (missing.size > 0) this.#missing.set(source.name, missing);
        } catch (error) {
          // With nothing written yet, a wrong key is told at once; and what ends the whole file ends here too.
          if (!isHoldfastError(error) || error.code === 'truncated' || (this.#tally.isEmpty() && isAboutKey(error))) throw error;
          failure ??= error;
        }
      }
    } catch (error) {
      throw failure ?? error;
    }
    if (this.#missing.size > 0) await this.#restoreMissing();
    if (failure !== undefined) throw failure;
    return this.#tally.result();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#thread)?.[Symbol.asyncDispose]();
  }

  async #restoreSource(source: BackupSource): Promise<MissingContents> {
    const { selection, onEntries } = this.plan;
    const target = this.#targetOf(source.name);
    // It starts while the archive is opened.
    const starting = this.#threadFor(source);
    await using archive = await source.unpack();
    const thread = await starting;
    if (thread !== undefined) return await thread.restore(archive, source.member.name, target, this.#tally, onEntries);
    return await restoreEntries(sourceEntries(source.name, archive.entries), target, this.#tally, {
      includes: (path, isFolder) => selection.includes(source.name, path, isFolder),
      onEntry: () => onEntries(1),
    });
  }

  async #threadFor({ member }: BackupSource): Promise<RestoreThread | undefined> {
    const { from, ...options } = { from: threadFrom, ...this.plan.thread };
    if (!this.plan.selection.wholeSources || member.size < from) return undefined;
    this.#thread ??= openRestoreThread(options);
    const thread = await this.#thread;
    return thread?.lost === true ? undefined : thread;
  }

  /** Reads the backup once more for the contents of hard links whose first name was not chosen. */
  async #restoreMissing(): Promise<void> {
    const tally = this.#tally;
    for await (const source of readSources(await this.plan.open(), this.plan)) {
      const links = this.#missing.get(source.name);
      if (links === undefined) continue;
      const folder = targetFolder(this.#targetOf(source.name), tally);
      try {
        for await (const { path, entry, body } of await source.open()) {
          const [first, ...others] = (entry.type === 'file' && links.get(path)) || [];
          if (first === undefined) continue;
          links.delete(path);
          await folder.file({ ...entry, path: first }, body);
          for (const other of others) if (folder.hardlink({ ...entry, path: other }, first) === 'linked') tally.links += 1;
        }
      } finally {
        folder.finish();
      }
      for (const paths of links.values()) for (const path of paths) tally.problem(source.name, path, 'link', undefined);
    }
  }

  #targetOf(source: string): SourceTarget {
    const { folderFor, overwrite, owners } = this.plan;
    return { source, folder: folderFor(source), overwrite, owners };
  }
}
