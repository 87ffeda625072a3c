import type { BackupRef, ReadOptions } from '../open-backup.js';

export interface ContentsOptions extends ReadOptions {
  /** Names of sources; default all. */
  readonly sources?: readonly string[];
  /** `dir/file` in any source or `source:dir/file`; a folder takes all below it; `*`, `?` and `**` as in a .gitignore file. Default all. */
  readonly paths?: readonly string[];
}

export interface RestoreOptions extends ContentsOptions {
  readonly backup: BackupRef;
  /** Each source is restored into a folder of its name below this one. Without it, those that have folders of their own are restored, and no others. */
  readonly to?: string;
  /** Folders of their own for sources, by the sources' names: what is in the source comes right into its folder. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Replaces files that are there already. Default false: they are left, and told. */
  readonly overwrite?: boolean;
  /**
   * Puts each source in place of its folder, as a whole: written beside it, checked, then switched; the former state is kept until
   * `restores.confirm` or `restores.undo`. What fails on the way leaves what was there. Takes whole sources, no `paths`.
   */
  readonly replace?: boolean;
  /** With `replace`: goes on although something could not be restored as the backup has it. Damage of the backup always ends it. */
  readonly acceptProblems?: boolean;
  /** Restores owners. Default: if the process may. */
  readonly owners?: boolean;
  /** Writes nothing; the result lists what would be restored. */
  readonly dryRun?: boolean;
}
