import { describe, expect, test } from 'vitest';
import { isHoldfastError } from '../../base/errors.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { encodeTarHeader, tarEnd, tarPadding } from './encode-tar.js';
import { readTar } from './read-tar.js';
import type { TarEntry } from './tar-entry.js';
import { encodeUstar, type UstarFields } from './ustar-header.js';

const end = Buffer.alloc(1024);
const file: TarEntry = { path: 'file', type: 'file', size: 3, mode: 0o644, mtime: 1, uid: 0, gid: 0 };
const body = Buffer.concat([Buffer.from('abc'), tarPadding(3)]);
const whole = Buffer.concat([encodeTarHeader(file), body, end]);

function header(fields: Partial<UstarFields>): Buffer {
  return encodeUstar({ name: 'file', mode: 0, uid: 0, gid: 0, size: 3, mtime: 1, flag: '0', ...fields });
}

/** A header whose bytes from `at` on are those that some other writer put there. */
function rewritten(block: Buffer, ...changes: readonly (readonly [at: number, bytes: string])[]): Buffer {
  for (const [at, bytes] of [...changes, [checksumAt, '        '] as const]) block.write(bytes, at, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, checksumAt, 'latin1');
  return block;
}

const [modeAt, uidAt, sizeAt, mtimeAt, checksumAt, magicAt] = [100, 108, 124, 136, 148, 257];

/** An extended header with its content, as any writer could make it. */
function extended(flag: string, content: string | Buffer, size = Buffer.from(content).length): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([header({ flag, size }), bytes, tarPadding(bytes.length)]);
}

async function entriesOf(...parts: Buffer[]): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const member of readTar(sourceOf(Buffer.concat(parts)))) {
    entries.push(member.entry);
    await bytesOf(member.body);
  }
  return entries;
}

async function failureOf(...parts: Buffer[]): Promise<unknown> {
  return entriesOf(...parts).then(
    () => 'read',
    (error: unknown) => error,
  );
}

describe('forms of other writers are understood', () => {
  const long = 'x'.repeat(300);

  test.each<[string, Buffer[], Partial<TarEntry>]>([
    ['GNU long names', [extended('L', `${long}\0`), header({}), body], { path: long }],
    ['GNU long link targets', [extended('K', `${long}\0`), header({ flag: '2', size: 0 })], { type: 'symlink', linkPath: long }],
    ['global pax records', [extended('g', '15 mtime=12.25\n'), header({}), body], { mtime: 12.25 }],
    ['a record that is taken back', [extended('g', '11 uid=123\n'), extended('x', '7 uid=\n'), header({ uid: 5 }), body], { uid: 5 }],
    ['tiny fractions as Python writes them', [extended('x', '15 mtime=1e-07\n'), header({}), body], { mtime: 1e-7 }],
    [
      'base-256 numbers',
      [rewritten(header({}), [uidAt, '\x80\0\0\0\0\x20\0\0'], [mtimeAt, '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe']), body],
      { uid: 2_097_152, mtime: -2 },
    ],
    ['a folder marked by its slash alone', [header({ name: 'd/', flag: '\0', size: 0 })], { path: 'd', type: 'directory' }],
    ['a link that states the size of its target', [header({ flag: '1', linkName: 'a' })], { type: 'hardlink', size: 0 }],
  ])('%s', async (_, parts, expected) => {
    expect(await entriesOf(...parts, end)).toMatchObject([expected]);
  });

  test('the older GNU format keeps no prefix where POSIX does', async () => {
    const block = rewritten(header({ prefix: 'atime and ctime' }), [magicAt, 'ustar  \0']);
    expect(await entriesOf(block, body, end)).toMatchObject([{ path: 'file' }]);
  });

  test('content that is not read is skipped', async () => {
    const paths: string[] = [];
    for await (const member of readTar(sourceOf(Buffer.concat([header({}), body, header({ name: 'b' }), body, end]), 100)))
      paths.push(member.entry.path);
    expect(paths).toEqual(['file', 'b']);
  });
});

describe('what is wrong is told', () => {
  test('every cut is one, wherever it is', async () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(await failureOf(whole.subarray(0, length)), `cut at ${length}`).toMatchObject({
        code: 'truncated',
        details: { offset: length },
      });
    }
  });

  test('every flipped bit is damage, but for those of the content and of the blank behind the checksum', async () => {
    for (let at = 0; at < whole.length; at += 1) {
      if (at === 155 || (at >= 512 && at < 515)) continue;
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x04;
      expect(await failureOf(flipped), `byte ${at}`).toMatchObject({ code: 'corrupt' });
    }
  });

  test('something behind the end', async () => {
    expect(await failureOf(whole, Buffer.alloc(700), Buffer.from('x'))).toMatchObject({
      code: 'corrupt',
      details: { offset: whole.length },
    });
  });

  test('only one end block', async () => {
    expect(await failureOf(Buffer.alloc(512), whole)).toMatchObject({ code: 'corrupt' });
  });

  test('types of which nobody could say what they mean', async () => {
    expect(await failureOf(header({ flag: 'S' }), body, end)).toMatchObject({ code: 'unsupported-format' });
    expect(await failureOf(extended('x', '22 GNU.sparse.major=1\n'), header({}), body, end)).toMatchObject({ code: 'unsupported-format' });
  });
});

describe('hostile headers', () => {
  const records = (text: string) => [extended('x', text), header({}), body, end];

  test.each<[string, Buffer[]]>([
    ['a record of an absurd length', records('99999999999999999999 path=x\n')],
    ['a record longer than its header', records('99 path=x\n')],
    ['a record of length zero', records('0 path=x\n')],
    ['a record of negative length', records('-5 path=x\n')],
    ['a record without a newline', records('9 path=xy')],
    ['a record without a key', records('5 =x\n\n')],
    ['a record without a value', records('7 path\n')],
    ['a record header of a gigabyte', [extended('x', '', 1024 ** 3), header({}), body, end]],
    ['a long name of a gigabyte', [extended('L', '', 1024 ** 3), header({}), body, end]],
    ['two record headers for one member', [extended('x', '10 path=a\n'), ...records('10 path=b\n')]],
    [
      'endless global records',
      Array.from({ length: 40 }, (_, index) => extended('g', `2000 ${String(index).padEnd(10, 'k')}=`.padEnd(1999, 'v').concat('\n'))),
    ],
    ['a record header and then the end', [extended('x', '10 path=a\n'), end]],
    ['a negative size', records('11 size=-1\n')],
    ['a size beyond all integers', records('29 size=99999999999999999999\n')],
    ['a size that is no number', records('13 size=0x10\n')],
    ['a negative size in base-256', [rewritten(header({}), [sizeAt, '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe']), end]],
    ['a huge size in base-256', [rewritten(header({}), [sizeAt, '\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff']), end]],
    ['letters in a number', [rewritten(header({}), [modeAt, 'rwxr-xr\0']), body, end]],
    ['an infinite time', records('13 mtime=inf\n')],
    ['a time beyond all numbers', records('16 mtime=1e9999\n')],
    ['a NUL in a name', records('12 path=a\0b\n')],
    ['no name', [header({ name: '' }), body, end]],
  ])('%s', async (_, parts) => {
    const failure = await failureOf(...parts);
    expect(failure).toMatchObject({ code: 'corrupt' });
    expect(isHoldfastError(failure)).toBe(true);
  });

  test('a size that is not there is a cut, not a wait', async () => {
    expect(await failureOf(...records('25 size=9007199254740991\n'))).toMatchObject({ code: 'truncated' });
  });
});

test('leaving early ends the source', async () => {
  let ended = false;
  const source = async function* () {
    try {
      yield whole;
      yield tarEnd(0);
    } finally {
      ended = true;
    }
  };
  for await (const member of readTar(source())) if (member.entry.path === 'file') break;
  expect(ended).toBe(true);
});
