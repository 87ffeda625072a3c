import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeName } from '../base/file-name.js';
import { bytesOf, sourceOf } from './home-assistant.fixture.js';
import { encodeTarHeader, tarEnd } from './tar/encode-tar.js';
import { readTar } from './tar/read-tar.js';
import { awkwardItems, type Item, password, summaryOf, tarOf, writtenBackup } from './written-backup.fixture.js';

// What Holdfast writes must open with tools that know nothing of it. They are not on every machine.
const hasPython = runs('python3', ['-c', 'import tarfile']);
const hasOpenssl = runs('openssl', ['version']);
const hasGnuTar = runs('tar', ['--version'], /GNU tar/);

function runs(command: string, args: string[], expected = /(?:)/): boolean {
  try {
    return expected.test(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return false;
  }
}

// Reads a tar as Python does, streaming like Home Assistant; prints one JSON object for each member.
const pythonList = `
import hashlib, json, os, sys, tarfile
kinds = {b"0": "file", b"5": "directory", b"2": "symlink", b"1": "hardlink"}
out = []
with tarfile.open(sys.argv[1], sys.argv[2]) as tar:
    for m in tar:
        content = tar.extractfile(m).read() if m.isreg() else b""
        item = dict(path=os.fsencode(m.name).hex(), type=kinds[m.type], size=m.size, mode=m.mode, mtime=float(m.mtime), uid=m.uid, gid=m.gid,
                    sha256=hashlib.sha256(content).hexdigest())
        if m.uname: item["userName"] = m.uname
        if m.type in (b"1", b"2"): item["linkPath"] = m.linkname
        out.append(item)
print(json.dumps(out))
`;

// The reader of format 4 and 5 for people who have lost Holdfast: Python for the key, openssl for the content.
const pythonDecrypt = `
import hashlib, subprocess, sys, tarfile
backup, member, password, target = sys.argv[1:]
def rounds(value):
    for _ in range(100): value = hashlib.sha256(value).digest()
    return value[:16]
with tarfile.open(backup) as tar:
    data = tar.extractfile(member).read()
assert data[:16] == b"SecureTar\\x02" + bytes(6)
key = rounds(password.encode())
plain = subprocess.run(["openssl", "enc", "-d", "-aes-128-cbc", "-K", key.hex(), "-iv", rounds(key + data[32:48]).hex()],
                       input=data[48:], stdout=subprocess.PIPE, check=True).stdout
assert len(plain) == int.from_bytes(data[16:24], "big")
open(target, "wb").write(plain)
`;

const rawName: Item = {
  entry: { path: decodeName(Buffer.from('raw-\xff\xfe', 'latin1')), type: 'file', size: 3, mode: 0o600, mtime: 5.25, uid: 0, gid: 0 },
  content: Buffer.from('raw'),
};
const items = [...awkwardItems(), rawName];
const expected = summaryOf(items).map(({ path, ...rest }) => ({ ...rest, path: Buffer.from(pathBytes(path)).toString('hex') }));

function pathBytes(path: string): Buffer {
  return path.isWellFormed() ? Buffer.from(path) : Buffer.from('raw-\xff\xfe', 'latin1');
}

const named = (name: string) => Buffer.from(name).toString('hex');

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-archive-'));
  const { bytes } = await writtenBackup({ 'share.tar.gz': tarOf(items), 'ssl.tar.gz': tarOf([]) });
  writeFileSync(at('backup.tar'), bytes);
  writeFileSync(at('inner.tar'), tarOf(items));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const listWithPython = (name: string, mode: string): unknown =>
  JSON.parse(execFileSync('python3', ['-c', pythonList, at(name), mode], { encoding: 'utf8' }));

describe.skipIf(!hasPython)('Python (skipped where there is no python3)', () => {
  test('reads an inner tar to exactly what was written', () => {
    expect(listWithPython('inner.tar', 'r:')).toEqual(expected);
  });

  test('reads the members of a backup', () => {
    expect(listWithPython('backup.tar', 'r:')).toMatchObject([
      { path: named('./backup.json'), mode: 0o644, mtime: 1_795_253_931 },
      { path: named('share.tar.gz'), mode: 0o644, mtime: 1_795_253_931.498 },
      { path: named('ssl.tar.gz'), mode: 0o644, mtime: 1_795_253_931.498 },
    ]);
  });

  test.skipIf(!hasOpenssl)(
    'with openssl opens an encrypted archive, as a stream as Home Assistant does (skipped where there is no openssl)',
    () => {
      execFileSync('python3', ['-c', pythonDecrypt, at('backup.tar'), 'share.tar.gz', password, at('share.tar.gz')]);
      expect(listWithPython('share.tar.gz', 'r|gz')).toEqual(expected);
      expect(listWithPython('share.tar.gz', 'r:gz')).toEqual(expected);
    },
  );

  test('agrees about a size beyond 8 GiB', () => {
    const header = encodeTarHeader({ path: 'huge', type: 'file', size: 9 * 1024 ** 3, mode: 0o644, mtime: 1.5, uid: 0, gid: 0 });
    writeFileSync(at('huge.tar'), Buffer.concat([header, tarEnd(0)]));
    const script = 'import sys, tarfile; m = tarfile.open(sys.argv[1]).next(); print(m.name, m.size, m.mtime)';
    expect(execFileSync('python3', ['-c', script, at('huge.tar')], { encoding: 'utf8' }).trim()).toBe('huge 9663676416 1.5');
  });

  test.each(['PAX_FORMAT', 'GNU_FORMAT'])('writes what is read, in %s', async (format) => {
    const script = `
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w", format=tarfile.${format}) as tar:
    for name, kind, target in (("d" * 120, tarfile.DIRTYPE, ""), ("ü" * 80, tarfile.REGTYPE, ""), ("link", tarfile.SYMTYPE, "t" * 150), (b"raw\\xff".decode("utf-8", "surrogateescape"), tarfile.REGTYPE, "")):
        m = tarfile.TarInfo(name); m.type = kind; m.linkname = target; m.uid = 3000000; m.mtime = -5; m.size = 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(m, io.BytesIO(b"abcd"))
`;
    execFileSync('python3', ['-c', script, at('python.tar')]);
    const found: unknown[] = [];
    for await (const { entry, body } of readTar(sourceOf(readFileSync(at('python.tar')))))
      found.push([entry.path, entry.type, entry.linkPath, entry.uid, entry.mtime, (await bytesOf(body)).toString()]);
    expect(found).toEqual([
      ['d'.repeat(120), 'directory', undefined, 3_000_000, -5, ''],
      ['ü'.repeat(80), 'file', undefined, 3_000_000, -5, 'abcd'],
      ['link', 'symlink', 't'.repeat(150), 3_000_000, -5, ''],
      [decodeName(Buffer.from('raw\xff', 'latin1')), 'file', undefined, 3_000_000, -5, 'abcd'],
    ]);
  });
});

const listWithTar = (name: string) =>
  execFileSync('tar', ['--list', '--verbose', '--full-time', '--numeric-owner', '--quoting-style=escape', '--file', at(name)], {
    encoding: 'utf8',
    // It says that it does not know the record hdrcharset, and then treats the name rightly.
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  });

describe.skipIf(!hasGnuTar)('GNU tar (skipped where tar is another)', () => {
  test('lists an inner tar with its fractions, ids and raw names', () => {
    const lines = listWithTar('inner.tar').trim().split('\n');
    expect(lines).toHaveLength(items.length);
    expect(lines.find((line) => line.includes('text.txt'))).toMatch(/^-rw-r--r-- 1000\/1000\s+30000 2023-11-14 22:13:20\.5 text\.txt$/);
    expect(lines.find((line) => line.includes('nothing'))).toMatch(/3000000\/1000\s+0 1969-12-31 .* nothing$/);
    expect(lines.at(-1)).toMatch(/1970-01-01 00:00:05\.25 raw-\\377\\376$/);
  });

  test('lists a backup', () => {
    expect(listWithTar('backup.tar').trim().split('\n')).toEqual([
      expect.stringMatching(/^-rw-r--r-- 0\/0\s+\d+ 2026-11-21 09:38:51 \.\/backup\.json$/),
      expect.stringMatching(/^-rw-r--r-- 0\/0\s+\d+ 2026-11-21 09:38:51\.498 share\.tar\.gz$/),
      expect.stringMatching(/^-rw-r--r-- 0\/0\s+\d+ 2026-11-21 09:38:51\.498 ssl\.tar\.gz$/),
    ]);
  });
});
