import { describe, expect, test } from 'vitest';
import { bytesOf, sourceOf } from './home-assistant.fixture.js';
import { openInnerArchive } from './open-inner-archive.js';
import { readBackup, readMetadata } from './read-backup.js';
import { RootKeys } from './securetar/root-keys.js';
import { encodeTarHeader } from './tar/encode-tar.js';
import type { WriteBackupOptions } from './write-backup.js';
import { type Item, password, summaryOf, tarOf, writtenBackup } from './written-backup.fixture.js';

/** Nothing but the backup file, and no seal: what a strict reader finds by itself. */
interface Seen {
  readonly contents: string;
}

const rootKeys = new RootKeys();

async function see(bytes: Buffer): Promise<Seen> {
  const contents: unknown[] = [];
  for await (const member of readBackup(sourceOf(bytes))) {
    if (member.kind === 'metadata') await readMetadata(member);
    if (member.kind !== 'inner-archive') continue;
    await using archive = await openInnerArchive(member, [password], { rootKeys });
    const items: Item[] = [];
    for await (const { entry, body } of archive.entries) items.push({ entry, content: await bytesOf(body) });
    contents.push([member.name, archive.format, summaryOf(items)]);
  }
  return { contents: JSON.stringify(contents) };
}

function itemOf(path: string, content: string): Item {
  const bytes = Buffer.from(content);
  return { content: bytes, entry: { path, type: 'file', size: bytes.length, mode: 0o644, mtime: 1_700_000_000.5, uid: 1, gid: 1 } };
}

const tar = tarOf([itemOf('hello.txt', 'Hello, hello, hello!'), itemOf('secret.txt', 'xyzzy '.repeat(40))]);

function withBitFlipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
  return changed;
}

describe.each<[string, Partial<WriteBackupOptions>]>([
  ['version 2', { format: 'securetar-2' }],
  ['version 3', { format: 'securetar-3' }],
  ['not encrypted', { password: undefined }],
])('an unsealed compressed backup, %s', (_, options) => {
  test('is never read as other contents, whichever byte is changed', { timeout: 120_000 }, async () => {
    const { bytes } = await writtenBackup({ 'share.tar.gz': tar }, options);
    const { contents } = await see(bytes);
    let noticed = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const seen = await see(withBitFlipped(bytes, at)).catch((error: unknown) => error);
      if (seen instanceof Error) noticed += 1;
      // What nobody notices is in no file: the times of the outer headers, the reserved bytes, bits that nothing reads.
      else expect(seen, `byte ${at}`).toMatchObject({ contents });
    }
    expect(noticed).toBeGreaterThan(bytes.length * 0.9);
  });

  test('is never read as whole when it was cut, at whichever byte', { timeout: 120_000 }, async () => {
    const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tar }, options);
    const last = archives.at(-1);
    const end = Math.ceil(((last?.offset ?? 0) + (last?.size ?? 0)) / 512) * 512 + 1024;
    for (let length = 0; length < end; length += 1) {
      await expect(see(bytes.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({ name: 'HoldfastError' });
    }
  });
});

test('an uncompressed archive of version 2 hides a changed byte of a file, and hardly more than that', async () => {
  const { bytes, archives } = await writtenBackup({ 'share.tar': tar });
  const whole = await see(bytes);
  const [archive] = archives;
  if (archive === undefined) throw new Error('There is an archive.');
  const header = encodeTarHeader(itemOf('hello.txt', '').entry).length;
  const second = header + 512 + header;
  const contents = [
    [header, header + 20],
    [second, second + 240],
  ] as const;
  let hidden = 0;
  let beside = 0;
  for (let at = archive.offset + 48; at < archive.offset + archive.size; at += 1) {
    const seen = await see(withBitFlipped(bytes, at)).catch(() => undefined);
    if (seen === undefined || seen.contents === whole.contents) continue;
    // A change garbles its own block of 16 bytes and one bit of the next.
    const place = at - archive.offset - 48;
    if (contents.some(([from, to]) => place >= from - 32 && place < to + 16)) hidden += 1;
    else beside += 1;
  }
  expect(hidden).toBeGreaterThan(0);
  // A tar header's checksum is a sum: what garbles a header keeps it now and then.
  expect(beside).toBeLessThan(40);
});
