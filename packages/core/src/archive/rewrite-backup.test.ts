import { describe, expect, test } from 'vitest';
import { bytesOf, assemble, expectedOf, passwordsOf, readFixture, sha256Of, sourceOf } from './home-assistant.fixture.js';
import { openInnerArchive } from './open-inner-archive.js';
import { readBackup, readMetadata } from './read-backup.js';
import { rewriteBackup } from './rewrite-backup.js';
import { createEncryption } from './securetar/encryption.js';
import { readTar } from './tar/read-tar.js';

type Format = Parameters<typeof createEncryption>[0];

async function rewritten(name: string, to?: { readonly format: Format; readonly password: string }, key = passwordsOf(name)) {
  const encryption = to === undefined ? undefined : await createEncryption(to.format, to.password);
  return assemble(rewriteBackup(sourceOf(readFixture(name)), { passwords: key, encryption }));
}

/** The outer tar as it is stored, without what the inner archives hold. */
async function outerOf(file: Buffer) {
  const members: { path: string; mtime: number; mode: number; records: string[] }[] = [];
  for await (const { entry, pax } of readTar(sourceOf(file)))
    members.push({ path: entry.path, mtime: entry.mtime, mode: entry.mode, records: [...pax.keys()] });
  return members;
}

async function metadataOf(file: Buffer): Promise<unknown> {
  let text: unknown;
  for await (const member of readBackup(sourceOf(file)))
    if (member.kind === 'metadata') text = JSON.parse((await bytesOf(member.body)).toString('utf8'));
  return text;
}

async function checkContents(file: Buffer, passwords: readonly string[], format: string, name: string): Promise<void> {
  const { archives } = expectedOf(name);
  const seen: string[] = [];
  for await (const member of readBackup(sourceOf(file))) {
    if (member.kind === 'metadata') await readMetadata(member);
    if (member.kind !== 'inner-archive') continue;
    seen.push(member.name);
    await using archive = await openInnerArchive(member, passwords);
    expect(archive.format).toBe(format);
    const files: [string, string][] = [];
    for await (const { entry, body } of archive.entries) {
      const digest = await sha256Of(body);
      if (entry.type === 'file') files.push([entry.path, digest]);
    }
    expect(files).toEqual(archives[member.name]?.entries.filter(({ type }) => type === 'file').map(({ path, sha256 }) => [path, sha256]));
  }
  expect(seen).toEqual(Object.keys(archives));
}

const encrypted = ['full-v1.tar', 'full-v2.tar', 'full-v3.tar', 'small-v1-pax.tar', 'small-v2-nogzip.tar', 'small-v3-nogzip.tar'];

describe('decrypting', () => {
  test.each(encrypted)('%s becomes a plain backup with the same contents', async (name) => {
    const plain = await rewritten(name);
    expect(plain.length % 10_240).toBe(0);
    await checkContents(plain, [], 'plain', name);
    expect(await metadataOf(plain)).toEqual({ ...expectedOf(name).metadata, protected: false });
    const kept = expectedOf(name).outer.map(({ name: path, mtime }) => ({
      path,
      mtime,
      mode: 0o644,
      records: path === './backup.json' ? [] : ['mtime'],
    }));
    expect(await outerOf(plain)).toEqual(kept);
  });

  test.each(['full-v2.tar', 'full-v3.tar', 'small-v3-nogzip.tar'])('the inner archives of %s are the same byte for byte', async (name) => {
    const { archives } = expectedOf(name);
    for await (const member of readBackup(sourceOf(await rewritten(name)))) {
      if (member.kind !== 'inner-archive') continue;
      const { plaintext_size: size, plaintext_sha256: sha256 } = archives[member.name] as unknown as Record<string, unknown>;
      expect({ size: member.size, sha256: await sha256Of(member.body) }).toEqual({ size, sha256 });
    }
  });
});

describe('encrypting', () => {
  test.each([
    ['full-plain.tar', 'securetar-2'],
    ['full-plain.tar', 'securetar-3'],
    ['full-v1.tar', 'securetar-3'],
    ['full-v3.tar', 'securetar-2'],
    ['small-v2-nogzip.tar', 'securetar-2'],
  ] as const)('%s to %s with another key', async (name, format) => {
    const file = await rewritten(name, { format, password: 'another key' });
    await checkContents(file, ['another key'], format, name);
    expect(await metadataOf(file)).toEqual({ ...expectedOf(name).metadata, protected: true });
  });

  test('there and back again gives the same file', async () => {
    const there = await rewritten('full-plain.tar', { format: 'securetar-2', password: 'x' });
    const back = await assemble(rewriteBackup(sourceOf(there), { passwords: ['x'], encryption: undefined }));
    const again = await assemble(rewriteBackup(sourceOf(back), { passwords: [], encryption: undefined }));
    expect(again.equals(back)).toBe(true);
    await checkContents(back, [], 'plain', 'full-plain.tar');
  });
});

describe('what is wrong is told', () => {
  test.each([
    ['bad-v2-bitflip.tar', 'corrupt'],
    ['bad-v3-bitflip.tar', 'corrupt'],
    ['bad-v2-truncated.tar', 'truncated'],
    ['bad-v3-truncated.tar', 'truncated'],
  ])('%s: %s', async (name, code) => {
    await expect(rewritten(name)).rejects.toMatchObject({ code });
  });

  test.each(['small-v2.tar', 'small-v3.tar'])('%s with a wrong key, and with none', async (name) => {
    await expect(rewritten(name, undefined, ['wrong'])).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(rewritten(name, undefined, [])).rejects.toMatchObject({ code: 'key-needed' });
  });

  test('a reader that leaves early leaves nothing running', async () => {
    const source = sourceOf(readFixture('full-v2.tar'), 1000);
    const pieces = rewriteBackup(source, { passwords: passwordsOf('full-v2.tar'), encryption: undefined });
    for (let count = 0; count < 20; count += 1) await pieces.next();
    await pieces.return();
    expect(await source.next()).toMatchObject({ done: true });
  });
});
