import { createCipheriv, createHash } from 'node:crypto';
import { newBackupMetadata } from './backup-metadata.js';
import { assemble, sourceOf } from './home-assistant.fixture.js';
import { encodeTarHeader, tarEnd, tarPadding } from './tar/encode-tar.js';
import type { TarEntry } from './tar/tar-entry.js';
import { type WriteBackupOptions, writeBackup, type WrittenArchive } from './write-backup.js';

export const password = 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS';

export interface Item {
  readonly entry: TarEntry;
  readonly content: Buffer;
}

/** Items in a form that compares fast and shows its differences. */
export function summaryOf(items: readonly Item[]) {
  return items.map(({ entry, content }) => ({ ...entry, sha256: createHash('sha256').update(content).digest('hex') }));
}

const file = (path: string, content: Buffer, change: Partial<TarEntry> = {}): Item => ({
  content,
  entry: { path, type: 'file', size: content.length, mode: 0o644, mtime: 1_700_000_000.5, uid: 1000, gid: 1000, ...change },
});

const none = (path: string, type: TarEntry['type'], change: Partial<TarEntry> = {}): Item => ({
  content: Buffer.alloc(0),
  entry: { path, type, size: 0, mode: 0o755, mtime: 1_700_000_000, uid: 0, gid: 0, ...change },
});

/** A small tree with what is awkward about trees. */
export function awkwardItems(): Item[] {
  return [
    none('.', 'directory'),
    none('empty', 'directory', { mode: 0o1777 }),
    file('text.txt', Buffer.from('Hello\n'.repeat(5000))),
    file('zeros', Buffer.alloc(300_000)),
    file('noise', createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(600_001))),
    file('nothing', Buffer.alloc(0), { mtime: -1.5, uid: 3_000_000 }),
    file(`${'long/'.repeat(70)}name`, Buffer.from('deep')),
    file('ünïcode 日本.txt', Buffer.from('é'), { userName: 'jürgen', mode: 0o4755 }),
    none('link', 'symlink', { linkPath: '../outside', mode: 0o777 }),
    none('hard', 'hardlink', { linkPath: 'text.txt', mode: 0o644 }),
  ];
}

export function tarOf(items: readonly Item[]): Buffer {
  const body = Buffer.concat(items.flatMap(({ entry, content }) => [encodeTarHeader(entry), content, tarPadding(content.length)]));
  return Buffer.concat([body, tarEnd(body.length)]);
}

/** A backup of the given inner tars, as Holdfast writes it. */
export async function writtenBackup(
  tars: Readonly<Record<string, Buffer>>,
  options: Partial<WriteBackupOptions> = {},
): Promise<{ bytes: Buffer; archives: WrittenArchive[] }> {
  const archives: WrittenArchive[] = [];
  const bytes = await assemble(
    writeBackup({
      metadata: newBackupMetadata({ name: 'Test', date: new Date(1_795_253_931_000), protected: true }),
      archives: Object.entries(tars).map(([memberName, tar]) => ({ memberName, tar: sourceOf(tar, 10_000) })),
      password,
      compressionLevel: 6,
      mtime: 1_795_253_931.498,
      onArchive: (archive) => archives.push(archive),
      ...options,
    }),
  );
  return { bytes, archives };
}
