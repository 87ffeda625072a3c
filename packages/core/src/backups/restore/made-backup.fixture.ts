import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newBackupMetadata } from '../../archive/backup-metadata.js';
import { encodeTarHeader, tarEnd, tarPadding } from '../../archive/tar/encode-tar.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { writeBackup } from '../../archive/write-backup.js';
import { closeHoles } from '../close-holes.js';
import { type RestorePlan, restoreBackup } from './restore-backup.js';
import { inThread } from './restore-worker.fixture.js';
import { createSelection } from './selection.js';

/** An entry of a made backup; what is left out is that of a small file. */
export type Made = Partial<TarEntry> & Pick<TarEntry, 'path'> & { readonly content?: string };

async function* tarOf(entries: readonly Made[]) {
  let written = 0;
  for (const { content = '', ...entry } of entries) {
    const size = Buffer.byteLength(content);
    const parts = [
      encodeTarHeader({ type: 'file', mode: 0o644, mtime: 1000, uid: 0, gid: 0, ...entry, size }),
      Buffer.from(content),
      tarPadding(size),
    ];
    for (const part of parts) {
      written += part.length;
      if (part.length > 0) yield part;
    }
  }
  yield tarEnd(written);
}

/** A backup of these sources, by name. */
export function backupOf(
  sources: Readonly<Record<string, readonly Made[]>>,
  password?: string,
  onOffset?: (name: string, offset: number) => void,
) {
  const metadata = newBackupMetadata({ name: 'test', date: new Date(0), protected: password !== undefined });
  const archives = Object.entries(sources).map(([name, entries]) => ({ memberName: `${name}.tar.gz`, tar: tarOf(entries) }));
  return closeHoles(
    writeBackup({
      metadata,
      archives,
      password,
      compressionLevel: 1,
      mtime: 0,
      onArchive: ({ member, offset }) => onOffset?.(member, offset),
    }),
    tmpdir(),
  );
}

/** Who writes what is restored. */
export const ways = ['in this thread', 'by a thread of its own'] as const;

type Sources = Readonly<Record<string, readonly Made[]>>;

/** Makes a backup and restores it into `target`. */
export function restorer(way: (typeof ways)[number]) {
  return async (target: string, sources: Sources, plan: Partial<RestorePlan> = {}) =>
    restore(target, sources, way === 'in this thread' ? plan : { thread: await inThread(), ...plan });
}

export function restore(target: string, sources: Sources, plan: Partial<RestorePlan> = {}) {
  return restoreBackup({
    open: async () => backupOf(sources),
    passwords: [],
    keyFingerprint: undefined,
    folderFor: (source) => join(target, source),
    selection: createSelection(),
    overwrite: false,
    owners: false,
    onEntries: () => {},
    ...plan,
  });
}

export const codes = (result: Awaited<ReturnType<typeof restore>>) => result.problems.map(({ path, code }) => [path, code]);
