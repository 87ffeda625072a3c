import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newBackupMetadata } from '../../archive/backup-metadata.js';
import { encodeTarHeader } from '../../archive/tar/encode-tar.js';
import { writeBackup } from '../../archive/write-backup.js';
import { closeHoles } from '../close-holes.js';
import { snapshotTree } from '../tree.fixture.js';
import { backupOf, type Made, restore, restorer, ways } from './made-backup.fixture.js';
import type { RestorePlan } from './restore-backup.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Text that shrinks little, so that a source takes several slots of the ring. */
function text(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(97 + ((state >>> 16) % 26));
  }).join('');
}

const large = text(1_800_000);
const sources: Readonly<Record<string, readonly Made[]>> = {
  docs: [
    { path: 'folder', type: 'directory', mode: 0o750, mtime: 2000 },
    { path: 'folder/large', content: large },
    { path: 'folder/small', content: 'small', mtime: 77.5 },
    { path: `folder/${'long'.repeat(60)}`, content: '' },
    { path: 'folder/link', type: 'symlink', linkPath: '../elsewhere' },
    { path: 'folder/same', type: 'hardlink', linkPath: 'folder/small' },
    ...Array.from({ length: 500 }, (_, number) => ({ path: `many/${number}`, content: text(number % 1500) })),
  ],
  more: [{ path: 'a', content: large.slice(0, 900_000) }],
};

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

/** What each way of restoring says, and what lies in its target then. */
async function bothWays(plan: () => Partial<RestorePlan>) {
  return Promise.all(
    ways.map(async (way, number) => {
      const target = join(folder, `target-${number}`);
      const said = await restorer(way)(target, sources, plan()).catch((error: unknown) => ({ error }));
      const tree = existsSync(target) ? snapshotTree(target) : [];
      return { said, tree: tree.map(({ facts, mtimeMs }) => [facts, facts.startsWith('folder') ? 'any time' : mtimeMs]) };
    }),
  );
}

describe('a thread that restores', () => {
  test('restores as this thread does, one source after the other', async () => {
    const [here, there] = await bothWays(() => ({}));
    expect(here?.said).toMatchObject({ files: 504, folders: 1, links: 2, problems: [] });
    expect(there).toEqual(here);
  });

  test('restores what stands before the damage, tells it as this thread does, and goes on with the next source', async () => {
    const whole = await bytesOf(backupOf(sources));
    for (const share of [0.1, 0.3, 0.5]) {
      const damaged = Buffer.from(whole);
      const at = Math.floor(whole.length * share);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      const [here, there] = await bothWays(() => ({
        open: async () =>
          (async function* () {
            yield damaged;
          })(),
      }));
      expect(here?.said).toMatchObject({ error: { code: 'corrupt' } });
      expect(there).toEqual(here);
      expect(there?.tree.length).toBeGreaterThan(3);
    }
  });

  test('tells what is wrong with the tar', async () => {
    async function* tar() {
      yield encodeTarHeader({ path: 'first', type: 'file', size: 3, mode: 0o644, mtime: 0, uid: 0, gid: 0 });
      yield Buffer.from('abc'.padEnd(512, '\0'));
      yield Buffer.alloc(1024, 0x7f);
      yield Buffer.from(large);
    }
    const metadata = newBackupMetadata({ name: 'test', date: new Date(0), protected: false });
    const archives = () => [{ memberName: 'docs.tar.gz', tar: tar() }];
    const [here, there] = await bothWays(() => ({
      open: async () =>
        closeHoles(writeBackup({ metadata, archives: archives(), password: undefined, compressionLevel: 1, mtime: 0 }), folder),
    }));
    expect(here?.said).toMatchObject({ error: { code: 'corrupt', details: { offset: 1024, layer: 'the unpacked archive' } } });
    expect(there).toEqual(here);
  });

  test('writes nothing more once it is cancelled, and leaves nothing half-written', async () => {
    const whole = await bytesOf(backupOf(sources));
    const [, there] = await bothWays(() => ({
      open: async () =>
        (async function* () {
          for (let at = 0; at < 700_000; at += 65_536) {
            yield whole.subarray(at, at + 65_536);
            await delay(5);
          }
          throw new DOMException('stop', 'AbortError');
        })(),
    }));
    expect(there?.said).toMatchObject({ error: { name: 'AbortError' } });
    expect(readdirSync(join(folder, 'target-1/docs/folder'))).toEqual([]);
  });

  test('is not missed where it can not be started', async () => {
    const module = new URL('./made-backup.fixture.ts', import.meta.url);
    expect(await restore(join(folder, 'target'), sources, { thread: { from: 0, module } })).toMatchObject({ files: 504, problems: [] });
  });

  test('restores the other sources where it is lost in the midst of one, and says how to go on', async () => {
    const module = join(folder, 'lost.mjs');
    writeFileSync(
      module,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', () => process.exit(3));
       parentPort.postMessage({ kind: 'ready' });`,
    );
    const restoring = restore(join(folder, 'target'), sources, { thread: { from: 0, module: pathToFileURL(module) } });
    await expect(restoring).rejects.toMatchObject({ code: 'restore-broke-off', details: { source: 'docs' } });
    expect(readFileSync(join(folder, 'target/more/a')).length).toBe(900_000);
  });

  test('tells of a target that can not be', async () => {
    writeFileSync(join(folder, 'file'), '');
    const [here, there] = await bothWays(() => ({ folderFor: (source) => join(folder, 'file', source) }));
    expect(here?.said).toMatchObject({ error: { code: 'ENOTDIR' } });
    expect(there?.said).toMatchObject({ error: { code: 'ENOTDIR' } });
  });
});
