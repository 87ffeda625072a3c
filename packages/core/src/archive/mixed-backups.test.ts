import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { newBackupMetadata } from './backup-metadata.js';
import { bytesOf, sourceOf } from './home-assistant.fixture.js';
import { openInnerArchive } from './open-inner-archive.js';
import { readBackup, readMetadata } from './read-backup.js';
import { createEncryption } from './securetar/encryption.js';
import { RootKeys } from './securetar/root-keys.js';
import { encodeTarHeader, tarEnd, tarPadding } from './tar/encode-tar.js';
import { awkwardItems, password, tarOf } from './written-backup.fixture.js';

const tar = tarOf(awkwardItems().slice(0, 3));
const paths = ['.', 'empty', 'text.txt'];

/** A backup file of any members, as any writer could make it. */
function backupOf(members: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = members.map(([path, content]) => {
    const header = encodeTarHeader({ path, type: 'file', size: content.length, mode: 0o644, mtime: 1, uid: 0, gid: 0 });
    return Buffer.concat([header, content, tarPadding(content.length)]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([body, tarEnd(body.length)]);
}

async function encrypted(format: 'securetar-2' | 'securetar-3', withPassword: string, plaintext: Buffer): Promise<Buffer> {
  const cipher = (await createEncryption(format, withPassword)).begin();
  const ciphertext = await bytesOf(cipher.encrypt(sourceOf(plaintext)));
  return Buffer.concat([cipher.header(plaintext.length), ciphertext]);
}

function metadata(change: object = {}): Buffer {
  const fresh = newBackupMetadata({
    name: 'Test',
    date: new Date(0),
    protected: true,
    homeassistant: { version: '2026.8.2', excludeDatabase: false },
  });
  return Buffer.from(JSON.stringify({ ...fresh, ...change }));
}

async function read(bytes: Buffer, passwords: readonly string[]) {
  const rootKeys = new RootKeys();
  const archives: Record<string, { format: string; password: string | undefined; paths: string[] }> = {};
  const found = { archives, metadata: {} };
  for await (const member of readBackup(sourceOf(bytes))) {
    if (member.kind === 'metadata') found.metadata = await readMetadata(member);
    if (member.kind !== 'inner-archive') continue;
    await using archive = await openInnerArchive(member, passwords, { rootKeys });
    const { format, password: opens } = archive;
    const entries: string[] = [];
    for await (const { entry } of archive.entries) entries.push(entry.path);
    archives[member.name] = { format, password: opens, paths: entries };
  }
  return found;
}

test('each archive is judged by itself, whatever `protected` says', async () => {
  const packed = gzipSync(tar);
  const bytes = backupOf([
    ['homeassistant.tar.gz', await encrypted('securetar-3', password, packed)],
    ['./ssl.tar.gz', packed],
    ['share.tar', tar],
    ['./supervisor.tar.gz', await encrypted('securetar-2', 'another', packed)],
    ['media.tgz', await encrypted('securetar-2', password, tar)],
    ['./backup.json', metadata({ protected: false })],
  ]);
  expect(await read(bytes, ['another', password])).toMatchObject({
    metadata: { protected: false },
    archives: {
      'homeassistant.tar.gz': { format: 'securetar-3', password, paths },
      'ssl.tar.gz': { format: 'plain', password: undefined, paths },
      'share.tar': { format: 'plain', password: undefined, paths },
      'supervisor.tar.gz': { format: 'securetar-2', password: 'another', paths },
      'media.tgz': { format: 'securetar-2', password, paths },
    },
  });
});

describe('backups that hold little or are old', () => {
  test('metadata only', async () => {
    expect(await read(backupOf([['./backup.json', metadata()]]), [])).toMatchObject({ metadata: { name: 'Test' }, archives: {} });
  });

  test('a snapshot.json of the first years', async () => {
    const old = {
      slug: 'a1b2c3d4',
      name: 'Snapshot',
      date: '2018-05-01T10:00:00+02:00',
      type: 'full',
      homeassistant: '0.68.1',
      protected: 'gAAAA',
    };
    const bytes = backupOf([
      ['./snapshot.json', Buffer.from(JSON.stringify({ ...old, folders: ['homeassistant', 'share'], addons: null }))],
      ['./share.tar.gz', gzipSync(tar)],
    ]);
    expect(await read(bytes, [])).toMatchObject({
      metadata: { version: 1, name: 'Snapshot', protected: true, folders: ['share'], addons: [], homeassistant: { version: '0.68.1' } },
      archives: { 'share.tar.gz': { paths } },
    });
  });

  test('any number of zeros behind the end', async () => {
    const bytes = Buffer.concat([backupOf([['backup.json', metadata()]]), Buffer.alloc(700_001)]);
    expect(await read(bytes, [])).toMatchObject({ metadata: { name: 'Test' } });
  });

  test('another file beside the archives is passed through', async () => {
    const bytes = backupOf([
      ['notes.txt', Buffer.from('hello')],
      ['./backup.json', metadata()],
    ]);
    expect(await read(bytes, [])).toMatchObject({ archives: {} });
  });
});
