import { describe, expect, test } from 'vitest';
import { expectedOf, readFixture } from './home-assistant.fixture.js';
import { scanBackup } from './scan-backup.js';
import { encodeTarHeader, tarEnd, tarPadding } from './tar/encode-tar.js';

function scan(file: Buffer, size = file.length) {
  const reads: number[] = [];
  const read = async (offset: number, length: number) => {
    reads.push(length);
    return file.subarray(offset, offset + length);
  };
  return scanBackup(read, size).then((found) => ({ ...found, reads }));
}

function member(path: string, content: Buffer): Buffer {
  const header = encodeTarHeader({ path, type: 'file', size: content.length, mode: 0o644, mtime: 1, uid: 0, gid: 0 });
  return Buffer.concat([header, content, tarPadding(content.length)]);
}

const metadata = Buffer.from(JSON.stringify({ slug: 'a1b2c3d4', name: 'Backup', date: '2020-01-01T00:00:00+00:00' }));

describe('members and metadata are found by a few small reads', () => {
  test.each(['full-v2.tar', 'full-plain.tar', 'small-v2-nogzip.tar', 'real-ha-v3.tar', 'small-v1-pax.tar'])('%s', async (name) => {
    const file = readFixture(name);
    const expected = expectedOf(name);
    const found = await scan(file);
    expect(found.members.map(({ name: path, size, mtime }) => ({ path, size, mtime }))).toEqual(
      expected.outer.map(({ name: path, size, mtime }) => ({ path: path.replace('./', ''), size, mtime })),
    );
    expect(found.metadata).toMatchObject(expected.metadata);
    const { offset = 0, size = 0 } = found.members.find((member) => member.name === 'backup.json') ?? {};
    expect(JSON.parse(file.toString('utf8', offset, offset + size))).toEqual(expected.metadata);
    expect(found.reads.length).toBeLessThanOrEqual(expected.outer.length + 1);
    expect(Math.max(...found.reads)).toBeLessThanOrEqual(16 * 1024);
  });

  test('whatever the order, and where a window ends', async () => {
    for (const size of [0, 1, 14_000, 14_336, 15_360, 15_872, 16_384, 40_000]) {
      const other = member('share.tar.gz', Buffer.alloc(size, 1));
      for (const members of [
        [other, member('./backup.json', metadata)],
        [member('backup.json', metadata), other],
      ]) {
        const body = Buffer.concat(members);
        const found = await scan(Buffer.concat([body, tarEnd(body.length)]));
        expect(found.members).toHaveLength(2);
        expect(found.metadata.slug).toBe('a1b2c3d4');
      }
    }
  });
});

test('of two metadata members the older name counts, as for Home Assistant', async () => {
  const older = Buffer.from(metadata.toString().replace('Backup', 'Snapshot'));
  const body = Buffer.concat([member('./backup.json', metadata), member('./snapshot.json', older)]);
  expect((await scan(Buffer.concat([body, tarEnd(body.length)]))).metadata.name).toBe('Snapshot');
});

describe('what is wrong is told', () => {
  const body = Buffer.concat([member('./backup.json', metadata), member('share.tar.gz', Buffer.alloc(3000, 1))]);
  const whole = Buffer.concat([body, tarEnd(body.length)]);

  test('every cut before the end blocks', async () => {
    for (let length = 0; length < body.length + 1024; length += 97) {
      await expect(scan(whole.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({
        code: 'truncated',
        details: { offset: length },
      });
    }
  });

  test.each<[string, Buffer, string]>([
    ['no metadata', Buffer.concat([member('share.tar.gz', Buffer.alloc(3)), tarEnd(0)]), 'not-a-backup'],
    ['a photo', Buffer.alloc(3000, 0xd8), 'not-a-backup'],
    ['metadata that are none', Buffer.concat([member('backup.json', Buffer.from('{')), tarEnd(0)]), 'metadata-unreadable'],
    ['a name twice', Buffer.concat([member('backup.json', metadata), member('./backup.json', metadata), tarEnd(0)]), 'corrupt'],
  ])('%s', async (_, file, code) => {
    await expect(scan(file)).rejects.toMatchObject({ code });
  });

  test('metadata that would fill the memory', async () => {
    const huge = 20 * 1024 * 1024;
    const header = encodeTarHeader({ path: './backup.json', type: 'file', size: huge, mode: 0o644, mtime: 1, uid: 0, gid: 0 });
    await expect(scan(Buffer.concat([header, Buffer.alloc(huge)]))).rejects.toMatchObject({ code: 'metadata-unreadable' });
  });
});
