import fs, { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { readTar } from '../archive/tar/read-tar.js';
import { readSource, type SourceProblem } from '../backups/sources/read-source.js';
import { resolveSources } from '../backups/sources/source.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broken-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is in the archive, and what is reported. `onFile`: when a file is at hand. */
async function read(onFile: (path: string) => void = () => {}) {
  const [source] = await resolveSources([{ name: 'docs', path: folder }]);
  if (source === undefined) throw new Error('There is no source.');
  const problems: SourceProblem[] = [];
  const contents = new Map<string, string>();
  const bytes = readSource(source, { onFile, onBytes() {}, onProblem: (problem) => problems.push(problem), onExcluded() {} });
  for await (const { entry, body } of readTar(bytes)) {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    if (entry.type !== 'directory') contents.set(entry.path, Buffer.concat(parts).toString());
  }
  return { contents, problems: problems.map(({ path, code }) => [path, code]) };
}

test('a file that the disk can not read is reported, and all others are backed up', async () => {
  const broken = 'x'.repeat(4_321);
  for (const name of ['a', 'c']) writeFileSync(join(folder, name), name);
  writeFileSync(join(folder, 'b'), broken);
  failReading((fd) => fs.fstatSync(fd).size === broken.length);
  const { contents, problems } = await read();
  expect([contents.get('a'), contents.get('c')]).toEqual(['a', 'c']);
  expect(contents.get('b')).not.toBe(broken);
  expect(problems).toEqual([['b', expect.stringMatching(/unreadable|changed/)]]);
});

test('a file that became a link or a folder since it was listed is reported, and not followed', async () => {
  const outside = join(folder, '..', `${folder.split('/').at(-1) ?? ''}-outside`);
  writeFileSync(outside, 'not to be backed up');
  onTestFinished(() => rmSync(outside));
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), name);
  const { contents, problems } = await read((path) => {
    if (path !== 'a') return;
    for (const name of ['b', 'c']) rmSync(join(folder, name));
    symlinkSync(outside, join(folder, 'b'));
    mkdirSync(join(folder, 'c'));
  });
  expect([...contents.values()].join()).not.toContain('not to be');
  expect(contents.get('a')).toBe('a');
  expect(problems.map(([path]) => path)).toEqual(['b', 'c']);
});

/** As a disk does that has lost a block. */
function failReading(isBroken: (fd: number) => boolean): void {
  const { readSync } = fs;
  const failing = (...args: Parameters<typeof readSync>): number => {
    if (isBroken(args[0])) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
    return readSync(...args);
  };
  fs.readSync = failing as typeof readSync;
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  });
}
