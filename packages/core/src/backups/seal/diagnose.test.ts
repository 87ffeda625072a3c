import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeTarHeader, tarPadding } from '../../archive/tar/encode-tar.js';
import { awkwardItems, tarOf } from '../../archive/written-backup.fixture.js';
import { diagnose } from './diagnose.js';
import { leafBytes } from './leaves.js';
import { blocksOf, rangesOf, type SealedBackup, sealedBackup } from './sealed-backup.fixture.js';

const noise = (name: string, size: number) =>
  Buffer.concat(Array.from({ length: Math.ceil(size / 32) }, (_, at) => createHash('sha256').update(`${name} ${at}`).digest()));
const tar = (name: string, size: number) =>
  tarOf([
    { entry: { path: name, type: 'file', size, mode: 0o644, mtime: 1, uid: 0, gid: 0 }, content: noise(name, size).subarray(0, size) },
  ]);
const tars = { 'one.tar.gz': tar('one', 300), 'two.tar.gz': tar('two', 500), 'three.tar.gz': tar('three', 100) };

const kinds = {
  'version 2': {},
  'version 3': { format: 'securetar-3' as const },
  plain: { password: undefined },
};

async function codeOf(original: SealedBackup, bytes: Buffer) {
  const { sidecar, leaves } = original;
  const suspect = { id: sidecar.id, location: 'NAS', seal: sidecar.seal, leaves, read: rangesOf(bytes), size: bytes.length };
  return diagnose(suspect);
}

describe.each(Object.entries(kinds))('a sealed backup, %s,', (kind, options) => {
  let original: SealedBackup;
  beforeAll(async () => {
    original = await sealedBackup(tars, options);
  });
  const rebuilt = (change: (members: Buffer[]) => Buffer[]) => {
    const { members, end } = blocksOf(original);
    return Buffer.concat([...change([...members]), end]);
  };

  test('that is whole has nothing wrong', async () => {
    expect(await codeOf(original, original.bytes)).toBeUndefined();
  });

  test('with any byte changed is told so, and where', async () => {
    const { bytes, sidecar } = original;
    const [metadata] = sidecar.seal.members;
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      const found = await codeOf(original, changed);
      const inMetadata = metadata !== undefined && at >= metadata.offset && at < metadata.offset + metadata.size;
      expect([at, found?.code]).toEqual([at, inMetadata ? 'metadata-changed' : 'bytes-changed']);
    }
  });

  test('that was cut at any byte is told where', async () => {
    const { bytes } = original;
    for (let length = 0; length < bytes.length; length += 1) {
      expect(await codeOf(original, bytes.subarray(0, length))).toMatchObject({ code: 'truncated', details: { offset: length } });
    }
  });

  test('that got longer is told by how much', async () => {
    const longer = Buffer.concat([original.bytes, Buffer.alloc(5)]);
    expect(await codeOf(original, longer)).toMatchObject({ code: 'backup-longer', details: { added: 5, offset: original.bytes.length } });
  });

  test('names the member that was taken out, whichever it is', async () => {
    for (const [place, { name }] of original.sidecar.seal.members.entries()) {
      const found = await codeOf(
        original,
        rebuilt((members) => members.toSpliced(place, 1)),
      );
      expect(found).toMatchObject({ code: 'member-missing', details: { member: name } });
    }
  });

  test('names any two members that changed their places', async () => {
    const { members } = original.sidecar.seal;
    for (let one = 0; one < members.length; one += 1) {
      for (let other = one + 1; other < members.length; other += 1) {
        const found = await codeOf(
          original,
          rebuilt((blocks) => blocks.with(one, blocks[other] ?? Buffer.alloc(0)).with(other, blocks[one] ?? Buffer.alloc(0))),
        );
        expect(found?.code).toBe('member-swapped');
        for (const at of [one, other]) expect(found?.message).toContain(members[at]?.name);
      }
    }
  });

  test('names members that changed their contents and kept their names', async () => {
    const swapped = await codeOf(original, Buffer.concat([exchange(original, 1, 2), blocksOf(original).end]));
    expect(swapped).toMatchObject({ code: 'member-swapped', details: { members: 'one.tar.gz, two.tar.gz' } });
  });

  test('names a member that is not its own: of another backup, or added', async () => {
    const other = await sealedBackup({ ...tars, 'one.tar.gz': tar('older', 310) }, options);
    const older = blocksOf(other).members[1] ?? Buffer.alloc(0);
    expect(
      await codeOf(
        original,
        rebuilt((members) => members.with(1, older)),
      ),
    ).toMatchObject({ code: 'member-foreign', details: { member: 'one.tar.gz' } });
    const added = Buffer.concat([header('added.tar.gz', 512), Buffer.alloc(512, 7)]);
    expect(
      await codeOf(
        original,
        rebuilt((members) => [...members, added]),
      ),
    ).toMatchObject({ code: 'member-foreign', details: { member: 'added.tar.gz' } });
  });

  test('names a member that was renamed', async () => {
    const { bytes, sidecar } = original;
    const row = sidecar.seal.members[3];
    if (row === undefined) throw new Error('The fixture has too few members.');
    const content = bytes.subarray(row.offset, row.offset + row.size);
    const block = Buffer.concat([header('else.tar.gz', row.size), content, tarPadding(row.size)]);
    expect(
      await codeOf(
        original,
        rebuilt((members) => members.with(3, block)),
      ),
    ).toMatchObject({ code: 'member-renamed', details: { member: 'three.tar.gz', name: 'else.tar.gz' } });
  });

  test('that is another backup now is told which', async () => {
    const other = await sealedBackup({ 'one.tar.gz': tar('one', 333) }, { ...options, date: new Date(1_700_000_000_000) });
    expect(await codeOf(original, other.bytes)).toMatchObject({ code: 'backup-replaced', details: { other: other.sidecar.id } });
  });

  test('whose backup.json was rewritten is told so, also with another length', async () => {
    const { members, end } = blocksOf(original);
    const metadata = Buffer.from(JSON.stringify({ ...original.sidecar.metadata, name: 'Another and longer name' }));
    const block = Buffer.concat([header('./backup.json', metadata.length), metadata, tarPadding(metadata.length)]);
    expect(await codeOf(original, Buffer.concat([block, ...members.slice(1), end]))).toMatchObject({ code: 'metadata-changed' });
  });

  test.runIf(kind === 'version 2')('says all places where it was changed, and which members lie there', async () => {
    const large = await sealedBackup({ 'a.tar': noise('a', 3 * leafBytes), 'b.tar': noise('b', 3 * leafBytes) }, options);
    const changed = Buffer.from(large.bytes);
    for (const at of [leafBytes + 5, 4 * leafBytes + 1, 5 * leafBytes + 2]) changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await codeOf(large, changed)).toMatchObject({
      code: 'bytes-changed',
      details: { ranges: `${leafBytes}..${2 * leafBytes - 1}, ${4 * leafBytes}..${6 * leafBytes - 1}`, members: 'a.tar, b.tar' },
    });
  });
});

test('what awkward trees become is followed too', async () => {
  const original = await sealedBackup({ 'tree.tar.gz': tarOf(awkwardItems()) });
  expect(await codeOf(original, original.bytes)).toBeUndefined();
});

function header(path: string, size: number): Buffer {
  return encodeTarHeader({ path, type: 'file', size, mode: 0o644, mtime: 1, uid: 0, gid: 0 });
}

/** All members, two of them with each other's contents under their own names. */
function exchange({ bytes, sidecar }: SealedBackup, one: number, other: number): Buffer {
  const rows = sidecar.seal.members;
  return Buffer.concat(
    rows.flatMap(({ name }, place) => {
      const row = rows[place === one ? other : place === other ? one : place];
      if (row === undefined) return [];
      const path = name === 'backup.json' ? './backup.json' : name;
      return [header(path, row.size), bytes.subarray(row.offset, row.offset + row.size), tarPadding(row.size)];
    }),
  );
}
