import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledModule } from '../../../base/bundled-module.fixture.js';
import { readTar } from '../../../archive/tar/read-tar.js';
import { readSource, type SourceProblem } from '../read-source.js';
import { resolveSources } from '../source.js';
import { TarBlocks } from '../tar-blocks.js';
import { batchesIn, batchLength, batchMemory } from './file-batch.js';
import type { PrefetchOptions } from './prefetched-entries.js';
import { PrefetchThread } from './prefetch-thread.js';

let folder: string;
let module: URL;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prefetch-'));
  module = pathToFileURL(await bundledModule(new URL('./prefetch-worker.ts', import.meta.url)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The folder's tar, and what is said while it is read; `onFile` is called before each file is packed. */
async function tarOf(prefetch: PrefetchOptions, onFile: (path: string) => void = () => {}) {
  const [source] = await resolveSources([{ name: 'docs', path: folder }]);
  if (source === undefined) throw new Error('There is no source.');
  const problems: SourceProblem[] = [];
  const parts: Buffer[] = [];
  const digests = new Map<string, string | undefined>();
  const observer = {
    onFile,
    onBytes: () => {},
    onProblem: (problem: SourceProblem) => problems.push(problem),
    onExcluded: () => {},
    onEntry: ({ entry, sha256 }: { entry: { path: string }; sha256?: string }) => digests.set(entry.path, sha256),
  };
  for await (const part of readSource(source, observer, new TarBlocks(), prefetch)) parts.push(part);
  return { tar: Buffer.concat(parts), problems, digests };
}

async function* once(bytes: Buffer) {
  yield bytes;
}

/** Gives the thread time to read all that its batches hold, in the middle of a run. */
function pauseAt(file: string) {
  return (path: string) => {
    if (path === file) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  };
}

const never: PrefetchOptions = { sample: Number.POSITIVE_INFINITY };

/** More than all batches hold, with all that the thread leaves to the reader among them. */
function makeFiles(): void {
  for (let number = 0; number < 40; number += 1) {
    const sub = join(folder, `sub-${number}`);
    mkdirSync(sub);
    for (let file = 0; file < 40; file += 1) {
      const path = join(sub, `file-${file}`);
      writeFileSync(path, `${number} ${file} `.repeat((number * file) % 90));
      utimesSync(path, 1_700_000_000, 1_700_000_000 + number + file / 4);
    }
    writeFileSync(join(sub, 'large'), Buffer.alloc(number * 3_000, number));
    linkSync(join(sub, 'file-1'), join(sub, 'same'));
    symlinkSync('file-2', join(sub, 'symbolic'));
    writeFileSync(join(sub, 'ü'), 'umlaut');
  }
  if (process.platform === 'linux') writeFileSync(Buffer.concat([Buffer.from(`${folder}/sub-0/`), Buffer.from([0x66, 0xfc])]), 'x');
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'sub-1/pipe')]);
}

describe('reading small files ahead', () => {
  test('changes nothing of the tar', async () => {
    makeFiles();
    const plain = await tarOf(never);
    const prefetched = await tarOf({ sample: 100, module }, pauseAt('sub-15/file-1'));
    expect(prefetched.tar.equals(plain.tar)).toBe(true);
    expect(prefetched.digests).toEqual(plain.digests);
    expect(prefetched.problems).toEqual(plain.problems);
  });

  test('a file that is gone or cut between listing and reading is told, and its content is never that of another', async () => {
    makeFiles();
    const { tar, problems } = await tarOf({ sample: 100, module }, (path) => {
      if (path !== 'sub-20/file-0') return;
      pauseAt(path)(path);
      // All that is to come, of which some is read already.
      for (let number = 21; number < 40; number += 1) {
        rmSync(join(folder, `sub-${number}/file-3`));
        truncateSync(join(folder, `sub-${number}/file-7`), 1);
      }
    });
    expect(problems.filter(({ code }) => code === 'vanished').length).toBeGreaterThan(0);
    const contents = new Map<string, string>();
    for await (const { entry, body } of readTar(once(tar))) {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      contents.set(entry.path, Buffer.concat(parts).toString());
    }
    for (let number = 21; number < 40; number += 1) {
      expect(contents.get(`sub-${number}/file-9`)).toBe(`${number} 9 `.repeat((number * 9) % 90));
      const whole = `${number} 7 `.repeat((number * 7) % 90);
      expect([whole, whole.slice(0, 1)]).toContain(contents.get(`sub-${number}/file-7`));
    }
  });

  test.each([
    ['ends at once', 'process.exit(1);'],
    ['fails', 'throw new Error("no");'],
    ['does nothing', ''],
  ])('a thread that %s harms nothing', async (_, code) => {
    makeFiles();
    const broken = join(folder, '.broken.mjs');
    writeFileSync(broken, code);
    const plain = await tarOf(never);
    const prefetched = await tarOf({ sample: 10, module: pathToFileURL(broken) });
    expect(prefetched.tar.equals(plain.tar)).toBe(true);
  });
});

describe('PrefetchThread', () => {
  test('reads the files of a batch, and has no batch that is in use for others', async () => {
    const paths = Array.from({ length: batchLength }, (_, number) => join(folder, `${number}`));
    for (const [number, path] of paths.entries()) writeFileSync(path, `content ${number}`);
    using thread = PrefetchThread.start(module);
    if (thread === undefined) throw new Error('There is no thread.');
    const inUse = [];
    for (let batch = thread.free(); batch !== undefined; batch = thread.free()) {
      thread.read(batch, paths);
      inUse.push(batch);
    }
    expect(inUse.length).toBeGreaterThan(1);
    for (const batch of inUse) {
      while (batch.busy) await delay(2);
      for (const number of paths.keys()) {
        const file = batch.take(number);
        const size = file?.size ?? 0;
        expect(file?.readInto(new TarBlocks(), size).toString()).toBe(`content ${number}`);
      }
    }
    const [first] = inUse;
    if (first !== undefined) thread.release(first);
    expect(thread.free()).toBe(first);
  });

  test('is not started where its module is missing', () => {
    expect(PrefetchThread.start(new URL('./nowhere.mjs', import.meta.url))).toBeUndefined();
  });
});

describe('FileBatch', () => {
  test('does not wait for ever for a file that the thread has begun', () => {
    const memory = batchMemory();
    const [batch] = batchesIn(memory);
    batch?.begin();
    new Int32Array(memory)[3] = 1;
    expect(batch?.take(3)).toBeUndefined();
  });

  test('leaves what is taken before it was read, and what is not an ordinary small file', () => {
    const [batch] = batchesIn(batchMemory());
    if (batch === undefined) throw new Error('There is no batch.');
    const paths = ['taken', 'small', 'twice', 'large', 'nowhere', 'folder', 'link'].map((name) => join(folder, name));
    for (const name of ['taken', 'small', 'twice']) writeFileSync(join(folder, name), name);
    writeFileSync(join(folder, 'large'), Buffer.alloc(100_000));
    linkSync(join(folder, 'twice'), join(folder, 'again'));
    mkdirSync(join(folder, 'folder'));
    symlinkSync('small', join(folder, 'link'));
    batch.begin();
    expect(batch.take(0)).toBeUndefined();
    batch.fill(paths);
    expect(batch.busy).toBe(false);
    expect(paths.map((_, number) => batch.take(number) !== undefined)).toEqual([false, true, false, false, false, false, false]);
  });
});
