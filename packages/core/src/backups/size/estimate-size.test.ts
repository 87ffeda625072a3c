import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { resolveSources } from '../sources/source.js';
import { estimateSize } from './estimate-size.js';
import { measureSources } from './measure-sources.js';

const { signal } = new AbortController();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'size-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function write(path: string, content: Buffer): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const measured = async () => {
  const sources = await resolveSources([{ name: 'docs', path: folder }]);
  return { sources, size: await measureSources(sources, signal) };
};

test('what shrinks and what does not are told apart by a sample, which is the same each time', async () => {
  const random = randomBytes(1_000_000);
  for (let file = 0; file < 45; file += 1) {
    write(`films/${file}`, random);
    write(`logs/${file}`, Buffer.alloc(1_000_000, 'the same line again\n'));
  }
  const { sources, size } = await measured();
  const estimate = await estimateSize(sources, size.tarBytes, 3, signal);
  expect(estimate.bytes).toBeGreaterThan(45e6 * 0.95);
  expect(estimate.bytes).toBeLessThan(45e6 * 1.05);
  expect(estimate.uncertainty).toBeLessThan(45e6 * 0.1);
  expect(await estimateSize(sources, size.tarBytes, 3, signal)).toEqual(estimate);
  expect((await estimateSize(sources, size.tarBytes, 0, signal)).bytes).toBeGreaterThan(90e6);
});

test('a small tree is compressed as a whole, headers included, and a further name of a file takes no room', async () => {
  for (let file = 0; file < 300; file += 1) write(`many/${file}`, Buffer.alloc(0));
  write('film', randomBytes(1_500_000));
  linkSync(join(folder, 'film'), join(folder, 'film again'));
  const { sources, size } = await measured();
  expect(size).toMatchObject({ files: 302, bytes: 1_500_000 });
  const { bytes, uncertainty } = await estimateSize(sources, size.tarBytes, 3, signal);
  expect(uncertainty).toBe(0);
  expect(bytes).toBeGreaterThan(1_500_000);
  expect(bytes).toBeLessThan(1_600_000);
});

test('the largest are told as what somebody would leave out: a folder of many files, or the few files that make it large', async () => {
  for (let file = 0; file < 20; file += 1) write(`config/photos/2026/${file}.jpg`, Buffer.alloc(1_000));
  write('config/database/old/home.db', Buffer.alloc(30_000));
  write('config/database/notes', Buffer.alloc(10));
  write('small', Buffer.alloc(100));
  const { size } = await measured();
  expect(size.largest).toEqual([
    { source: 'docs', path: 'config/database/old/home.db', kind: 'file', bytes: 30_000 },
    { source: 'docs', path: 'config/photos/2026', kind: 'folder', bytes: 20_000 },
    { source: 'docs', path: 'small', kind: 'file', bytes: 100 },
    { source: 'docs', path: 'config/database/notes', kind: 'file', bytes: 10 },
  ]);
});
