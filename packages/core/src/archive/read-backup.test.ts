import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ByteReader, type ByteSource } from '../base/byte-reader.js';
import { wipedLater } from '../base/reused-chunks.fixture.js';
import {
  bytesOf,
  casesThat,
  type ExpectedBackup,
  type ExpectedEntry,
  expectedOf,
  passwordsOf,
  readFixture,
  sha256Of,
  sourceOf,
} from './home-assistant.fixture.js';
import { openInnerArchive } from './open-inner-archive.js';
import { readBackup, readMetadata } from './read-backup.js';
import { RootKeys } from './securetar/root-keys.js';
import { unlockArchive } from './securetar/unlock-archive.js';
import { readTar, type TarMember } from './tar/read-tar.js';

const versions = { plain: null, 'securetar-1': 1, 'securetar-2': 2, 'securetar-3': 3 } as const;
const types = { file: 'file', directory: 'dir', symlink: 'symlink', hardlink: 'hardlink' } as const;

async function describeMember({ entry, body }: TarMember): Promise<ExpectedEntry> {
  const type = entry.type in types ? types[entry.type as keyof typeof types] : 'file';
  return {
    path: entry.path,
    type,
    mode: entry.mode.toString(8).padStart(4, '0'),
    mtime: entry.mtime,
    uid: entry.uid,
    gid: entry.gid,
    ...(type === 'file' ? { size: entry.size, sha256: await sha256Of(body) } : {}),
    ...(entry.linkPath === undefined ? {} : { linkname: entry.linkPath }),
  };
}

interface FoundArchive {
  readonly version: 1 | 2 | 3 | null;
  readonly gzip: boolean;
  readonly stored_size: number;
  readonly plaintext_size: number;
  readonly entries: readonly ExpectedEntry[];
}

/** The outer tar as expected.json tells it. */
async function outerOf(bytes: Buffer): Promise<ExpectedBackup['outer']> {
  const members: ExpectedBackup['outer'][number][] = [];
  for await (const { entry, pax } of readTar(sourceOf(bytes))) {
    const mode = entry.mode.toString(8).padStart(4, '0');
    members.push({ name: entry.path, size: entry.size, mtime: entry.mtime, mode, pax: Object.fromEntries(pax) });
  }
  return members;
}

function inPieces(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Everything in a backup, as expected.json tells it. */
async function contentsOf(bytes: Buffer, passwords: readonly string[], source: ByteSource = sourceOf(bytes)) {
  const outer: { name: string; size: number; mtime: number }[] = [];
  const archives: Record<string, FoundArchive> = {};
  const rootKeys = new RootKeys();
  let metadata: unknown;
  for await (const member of readBackup(source)) {
    outer.push({ name: member.name, size: member.size, mtime: member.mtime });
    if (member.kind === 'metadata') metadata = await readMetadata(member);
    if (member.kind !== 'inner-archive') continue;
    await using archive = await openInnerArchive(member, passwords, { rootKeys });
    const entries: ExpectedEntry[] = [];
    for await (const entry of archive.entries) entries.push(await describeMember(entry));
    const { gzip, format } = archive;
    const { plaintextSize } = archive.storage();
    archives[member.name] = { version: versions[format], gzip, stored_size: member.size, plaintext_size: plaintextSize, entries };
  }
  return { outer, archives, metadata };
}

describe('a backup that Home Assistant made opens to exactly what it holds', () => {
  test.each(casesThat('ok'))('%s', async (name) => {
    const expected = expectedOf(name);
    const found = await contentsOf(readFixture(name), passwordsOf(name));
    expect(await outerOf(readFixture(name))).toEqual(expected.outer);
    expect(found.outer).toEqual(expected.outer.map(({ name: path, size, mtime }) => ({ name: path.replace(/^\.\//, ''), size, mtime })));
    expect(Object.keys(found.archives)).toEqual(Object.keys(expected.archives));
    for (const [member, { securetar_version, gzip, stored_size, plaintext_size, entries }] of Object.entries(expected.archives)) {
      const size = plaintext_size ?? found.archives[member]?.plaintext_size;
      const archive = { version: securetar_version, gzip, stored_size, plaintext_size: size, entries };
      expect(found.archives[member], `archive ${member}`).toEqual(archive);
    }
    expect(found.metadata).toEqual({ extra: {}, ...expected.metadata });
  });

  test.each(['small-v2.tar', 'small-v1-pax.tar', 'real-ha-v3.tar'])('however the bytes of %s arrive', async (name) => {
    const whole = await contentsOf(readFixture(name), passwordsOf(name));
    for (const chunk of [1, 7, 513])
      expect(await contentsOf(readFixture(name), passwordsOf(name), sourceOf(readFixture(name), chunk))).toEqual(whole);
  });

  test.each(casesThat('ok'))('%s, from a source that uses its memory again', async (name) => {
    const whole = await contentsOf(readFixture(name), passwordsOf(name));
    expect(await contentsOf(readFixture(name), passwordsOf(name), wipedLater(inPieces(readFixture(name), 700)))).toEqual(whole);
  });

  test.each(casesThat('ok'))('%s, decrypted without being taken apart', async (name) => {
    const rootKeys = new RootKeys();
    for await (const member of readBackup(sourceOf(readFixture(name)))) {
      const archive = expectedOf(name).archives[member.name];
      if (archive === undefined) continue;
      const { plaintext } = await unlockArchive(new ByteReader(member.body), member, passwordsOf(name), { rootKeys });
      const bytes = await bytesOf(plaintext.rest());
      const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
      expect(sha256(archive.gzip ? gunzipSync(bytes) : bytes), member.name).toBe(archive.tar_sha256);
      if (archive.plaintext_sha256 !== undefined) expect(sha256(bytes)).toBe(archive.plaintext_sha256);
      // Node's gunzip passes over what follows; this one has nothing but the trailer there.
      if (archive.gzip) expect(bytes.readUInt32LE(bytes.length - 4)).toBe(gunzipSync(bytes).length);
    }
  });

  test('with more zeros behind its end than it needs', async () => {
    const padded = Buffer.concat([readFixture('small-v2.tar'), Buffer.alloc(1_000_000)]);
    expect(Object.keys((await contentsOf(padded, passwordsOf('small-v2.tar'))).archives)).toHaveLength(4);
  });

  test('its key is found among others, exactly as it is', async () => {
    const [key = ''] = passwordsOf('small-v2.tar');
    for await (const member of readBackup(sourceOf(readFixture('small-v2.tar')))) {
      if (member.kind !== 'inner-archive') continue;
      const archive = await openInnerArchive(member, ['', 'nonsense', key.toLowerCase(), `${key} `, key]);
      expect(archive).toMatchObject({ format: 'securetar-2', password: key });
    }
  });
});

const failureOf = (bytes: Buffer, passwords: readonly string[]) =>
  contentsOf(bytes, passwords).then(
    () => 'opened',
    (error: unknown) => error,
  );

describe('what cannot be opened says why', () => {
  test('a cut file is truncated, with the byte where it ends and the member', async () => {
    expect(await failureOf(readFixture('bad-v2-truncated.tar'), passwordsOf('bad-v2-truncated.tar'))).toMatchObject({
      code: 'truncated',
      details: { offset: 15904, member: 'homeassistant.tar.gz' },
    });
    expect(await failureOf(readFixture('bad-v3-truncated.tar'), passwordsOf('bad-v3-truncated.tar'))).toMatchObject({
      code: 'truncated',
      details: { offset: 811_050, member: 'homeassistant.tar.gz' },
    });
  });

  test('a flipped bit is damage, with the member and the place', async () => {
    expect(await failureOf(readFixture('bad-v2-bitflip.tar'), passwordsOf('bad-v2-bitflip.tar'))).toMatchObject({
      code: 'corrupt',
      details: { member: 'homeassistant.tar.gz', offset: 131_072, layer: 'the unpacked archive' },
    });
    expect(await failureOf(readFixture('bad-v3-bitflip.tar'), passwordsOf('bad-v3-bitflip.tar'))).toMatchObject({
      code: 'corrupt',
      details: { member: 'homeassistant.tar.gz', offset: 136, last: 136 + 1_048_576 + 16, layer: 'the encrypted data' },
    });
  });

  test.each(['small-v2', 'small-v3'])('a wrong key for %s is told by the opening, before there is an entry', async (name) => {
    const rootKeys = new RootKeys();
    for await (const member of readBackup(sourceOf(readFixture(`${name}.tar`)))) {
      if (member.kind !== 'inner-archive') continue;
      const opening = openInnerArchive(member, [readFixture(`${name}.wrong-key`).toString()], { rootKeys });
      await expect(opening).rejects.toMatchObject({ code: 'wrong-key', details: { member: member.name } });
    }
  });

  test('a missing key is not a wrong one', async () => {
    expect(await failureOf(readFixture('small-v2.tar'), [])).toMatchObject({ code: 'key-needed' });
    expect(await failureOf(readFixture('small-v2.tar'), [''])).toMatchObject({ code: 'key-needed' });
    expect(await failureOf(readFixture('small-v3.tar'), [])).toMatchObject({ code: 'key-needed' });
    expect(await failureOf(readFixture('full-v1.tar'), [])).toMatchObject({ code: 'key-needed' });
  });

  test.each(casesThat('error'))('%s', async (name) => {
    const { file = name, key, kind } = expectedOf(name);
    expect(await failureOf(readFixture(file), [key ?? ''])).toMatchObject({ code: kind });
  });

  test('another kind of file is not a backup', async () => {
    expect(await failureOf(Buffer.from('PK\u0003\u0004'.padEnd(2000, 'x')), [])).toMatchObject({ code: 'not-a-backup' });
    expect(await failureOf(Buffer.alloc(10_240), [])).toMatchObject({ code: 'not-a-backup' });
  });

  test('an empty file is a truncated one', async () => {
    expect(await failureOf(Buffer.alloc(0), [])).toMatchObject({ code: 'truncated', details: { offset: 0 } });
  });
});

test('the content of a member that was left behind is an error, not silence', async () => {
  const members = readBackup(sourceOf(readFixture('small-v2.tar')));
  const first = await members.next();
  await members.next();
  if (first.done === true) throw new Error('There is a first member.');
  await expect(bytesOf(first.value.body)).rejects.toThrow('after the next member');
  await members.return();
});
