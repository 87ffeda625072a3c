import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTar } from '../../archive/tar/read-tar.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { readSource, type SourceProblem } from './read-source.js';
import { resolveSources, type SourceSpec } from './source.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Read {
  readonly entries: readonly TarEntry[];
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly problems: readonly SourceProblem[];
  readonly excluded: readonly string[];
}

/** Backs the folder up and reads the tar; `during` runs when the given file is at hand. */
async function read(spec: Partial<SourceSpec> = {}, during?: { at: string; act: () => void }): Promise<Read> {
  const [source] = await resolveSources([{ name: 'docs', path: folder, ...spec }]);
  const problems: SourceProblem[] = [];
  const excluded: string[] = [];
  const bytes = readSource(source!, {
    onFile: (path) => {
      if (path === during?.at) during.act();
    },
    onBytes: () => {},
    onProblem: (problem) => problems.push(problem),
    onExcluded: (path) => excluded.push(path),
  });
  const entries: TarEntry[] = [];
  const contents = new Map<string, Buffer>();
  for await (const { entry, body } of readTar(bytes)) {
    entries.push(entry);
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    if (entry.type === 'file') contents.set(entry.path, Buffer.concat(parts));
  }
  return { entries, contents, problems, excluded };
}

describe('readSource', () => {
  test('keeps types, modes, times, links and their targets', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/a'), 'hello');
    chmodSync(join(folder, 'sub/a'), 0o640);
    utimesSync(join(folder, 'sub/a'), 1_700_000_000.25, 1_700_000_000.25);
    linkSync(join(folder, 'sub/a'), join(folder, 'sub/b'));
    symlinkSync('../nowhere', join(folder, 'link'));
    lutimesSync(join(folder, 'link'), 5, 5);
    const { entries, contents, problems } = await read();
    expect(entries.map(({ path, type, linkPath }) => ({ path, type, ...(linkPath === undefined ? {} : { linkPath }) }))).toEqual([
      { path: '.', type: 'directory' },
      { path: 'link', type: 'symlink', linkPath: '../nowhere' },
      { path: 'sub', type: 'directory' },
      { path: 'sub/a', type: 'file' },
      { path: 'sub/b', type: 'hardlink', linkPath: 'sub/a' },
    ]);
    expect(entries[3]).toMatchObject({ mode: 0o640, mtime: 1_700_000_000.25, size: 5 });
    expect(entries[1]).toMatchObject({ mtime: 5 });
    expect(contents.get('sub/a')?.toString()).toBe('hello');
    expect(problems).toEqual([]);
  });

  test("lays Home Assistant's configuration below data/, without what Home Assistant leaves out", async () => {
    writeFileSync(join(folder, 'configuration.yaml'), 'x');
    writeFileSync(join(folder, 'home-assistant.log'), 'x');
    const { entries, excluded } = await read({ name: 'homeassistant' });
    expect(entries.map(({ path }) => path)).toEqual(['data', 'data/configuration.yaml']);
    expect(excluded).toEqual(['home-assistant.log']);
  });

  test("leaves out caches, other backups' locations and what an ignore file says", async () => {
    for (const name of ['cache', 'location', 'src']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'cache/CACHEDIR.TAG'), 'Signature: 8a477f597d28d172789f06886806bc55\n# made by a test');
    writeFileSync(join(folder, 'cache/big'), 'x');
    writeFileSync(join(folder, 'location/.holdfast-location-local-3f2a'), '{}');
    writeFileSync(join(folder, 'location/a.tar'), 'x');
    writeFileSync(join(folder, 'src/.holdfastignore'), '*.o\n');
    writeFileSync(join(folder, 'src/a.o'), 'x');
    writeFileSync(join(folder, 'src/a.c'), 'x');
    const { entries } = await read();
    expect(entries.map(({ path }) => path)).toEqual([
      '.',
      'cache',
      'cache/CACHEDIR.TAG',
      'location',
      'src',
      'src/.holdfastignore',
      'src/a.c',
    ]);
  });

  test('reports a file that grows or shrinks while it is read, and the tar stays well-formed', async () => {
    const [grows, shrinks] = [join(folder, 'grows'), join(folder, 'shrinks')];
    writeFileSync(grows, Buffer.alloc(700_000, 1));
    writeFileSync(shrinks, Buffer.alloc(700_000, 2));
    const first = await read({}, { at: 'grows', act: () => appendFileSync(grows, 'more') });
    expect(first.problems).toMatchObject([{ path: 'grows', code: 'changed' }]);
    const second = await read({}, { at: 'shrinks', act: () => truncateSync(shrinks, 300_000) });
    expect(second.problems).toMatchObject([{ path: 'shrinks', code: 'changed' }]);
    expect(second.contents.get('shrinks')?.equals(Buffer.concat([Buffer.alloc(300_000, 2), Buffer.alloc(400_000)]))).toBe(true);
  });

  test('reports what vanishes between listing and reading', async () => {
    writeFileSync(join(folder, 'a'), 'x');
    writeFileSync(join(folder, 'b'), 'x');
    const { entries, problems } = await read({}, { at: 'a', act: () => rmSync(join(folder, 'b')) });
    expect(entries.map(({ path }) => path)).toEqual(['.', 'a']);
    expect(problems).toMatchObject([{ path: 'b', code: 'vanished' }]);
  });

  test.skipIf(process.platform === 'win32')('skips and reports FIFOs, also where one has the name of an ignore file', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, '.holdfastignore')]);
    const { entries, problems } = await read();
    expect(entries.map(({ path }) => path)).toEqual(['.']);
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['.holdfastignore', 'not-a-file'],
      ['pipe', 'not-a-file'],
    ]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('reports what may not be read (not run as root)', async () => {
    writeFileSync(join(folder, 'secret'), 'x');
    chmodSync(join(folder, 'secret'), 0);
    expect((await read()).problems).toMatchObject([{ path: 'secret', code: 'unreadable' }]);
  });

  test.skipIf(process.platform !== 'linux')('keeps names that are not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xfc, 0x72])]), 'x');
    const { entries, problems } = await read();
    expect(entries.map(({ path }) => path)).toEqual(['.', 'f\udcfcr']);
    expect(problems).toEqual([]);
  });
});
