import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { encodeTarHeader, tarEnd, tarPadding } from '../../archive/tar/encode-tar.js';

/** A member of a tar: a file with content, or a link. */
export interface MadeMember {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly linkPath?: string;
}

export function makeTar(members: readonly MadeMember[]): Buffer {
  const parts: Buffer[] = [];
  for (const { path, content = '', linkPath } of members) {
    const bytes = Buffer.from(content);
    const common = { path, mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 };
    parts.push(
      encodeTarHeader(
        linkPath === undefined ? { ...common, type: 'file', size: bytes.length } : { ...common, type: 'symlink', size: 0, linkPath },
      ),
    );
    parts.push(bytes, tarPadding(bytes.length));
  }
  const written = Buffer.concat(parts);
  return Buffer.concat([written, tarEnd(written.length)]);
}

export function makeMetadata(changes: Readonly<Record<string, unknown>> = {}): MadeMember {
  const metadata = {
    slug: '0de743ce',
    name: 'Made',
    date: '2026-11-21T11:57:20+00:00',
    type: 'partial',
    version: 2,
    protected: false,
    ...changes,
  };
  return { path: './backup.json', content: JSON.stringify(metadata) };
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../../../../fixtures/home-assistant/${name}`, import.meta.url));
}

/** A folder that is gone after the test. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-file-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file in a folder of its own. */
export async function testFile(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await testFolder(), name);
  await writeFile(path, content);
  return path;
}
