import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { decodeName, toFsPath } from '../base/file-name.js';

/** An entry of a tree: all that a backup must keep as text, but for the time. */
export interface TreeEntry {
  readonly facts: string;
  readonly mtimeMs: number;
}

export function snapshotTree(root: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const firstNames = new Map<number, string>();
  const visit = (path: string) => {
    const absolute = path === '' ? root : `${root}/${path}`;
    const stats = lstatSync(toFsPath(absolute));
    const facts = [JSON.stringify(path), (stats.mode & 0o7777).toString(8), stats.uid, stats.gid];
    const add = (...parts: unknown[]) => entries.push({ facts: parts.join(' '), mtimeMs: stats.mtimeMs });
    if (stats.isDirectory()) {
      add('folder', ...facts);
      for (const name of readdirSync(toFsPath(absolute), 'buffer').map(decodeName).sort()) visit(path === '' ? name : `${path}/${name}`);
    } else if (stats.isSymbolicLink()) {
      add('link', ...facts, JSON.stringify(decodeName(readlinkSync(toFsPath(absolute), 'buffer'))));
    } else {
      const same = firstNames.get(stats.ino);
      firstNames.set(stats.ino, same ?? path);
      const digest = createHash('sha256')
        .update(readFileSync(toFsPath(absolute)))
        .digest('hex');
      add('file', ...facts, stats.size, digest, same === undefined ? '' : `= ${JSON.stringify(same)}`);
    }
  };
  visit('');
  return entries;
}

/** What differs between two trees, in words; times by more than a microsecond, the finest that Node sets. */
export function treeDifferences(before: readonly TreeEntry[], after: readonly TreeEntry[]): string[] {
  const restored = new Map(after.map((entry) => [entry.facts, entry]));
  const missing = before.filter(({ facts }) => !restored.has(facts)).map(({ facts }) => `- ${facts}`);
  const kept = new Set(before.map(({ facts }) => facts));
  const added = after.filter(({ facts }) => !kept.has(facts)).map(({ facts }) => `+ ${facts}`);
  const times = before.flatMap(({ facts, mtimeMs }) => {
    const now = restored.get(facts)?.mtimeMs ?? mtimeMs;
    return Math.abs(now - mtimeMs) > 0.001 ? [`~ ${facts}: ${mtimeMs} became ${now}`] : [];
  });
  return [...missing, ...added, ...times];
}

export interface RandomEntry {
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink';
  readonly parent: number;
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: number;
  readonly target: string;
}

const nameBytes = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('a'.repeat(255), ' lead', 'trail ', 'new\nline', '-rf', '~', 'dot.', 'é', 'e\u0301')
      .map((text) => Buffer.from(text)),
  },
);
const names = nameBytes.map((bytes) => decodeName(Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 0x2f))).slice(0, 80));

/** Entries for {@link makeTree}: names of any bytes, sizes around block borders, odd modes and times. */
export const randomEntries = fc.array(
  fc.record<RandomEntry>({
    kind: fc.constantFrom('file', 'file', 'folder', 'symlink', 'hardlink'),
    parent: fc.nat(100),
    name: names,
    size: fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 10_240, 262_143, 262_144, 300_000), fc.nat(2_000)),
    mode: fc.nat(0o7777),
    mtime: fc.oneof(
      fc.nat(2_000_000_000),
      fc.double({ min: -1e8, max: 4e9, noNaN: true }).map((time) => Math.round(time * 1e6) / 1e6),
    ),
    target: names,
  }),
  { maxLength: 25 },
);

/** Makes the entries below a folder that is there. Those whose name can't be used are left out. */
export function makeTree(root: string, entries: readonly RandomEntry[]): void {
  const folders = [root];
  const files: string[] = [];
  const made: { path: string; entry: RandomEntry }[] = [];
  for (const entry of entries) {
    const parent = folders[entry.parent % folders.length] ?? root;
    const path = `${parent}/${entry.name}`;
    if (entry.name === '' || entry.name === '.' || entry.name === '..' || entry.name.startsWith('.holdfast') || isThere(path)) continue;
    if (Buffer.byteLength(entry.name) > 250) continue;
    if (entry.kind === 'folder') {
      mkdirSync(toFsPath(path));
      folders.push(path);
    } else if (entry.kind === 'symlink') {
      symlinkSync(toFsPath(entry.target === '' ? 'x' : entry.target), toFsPath(path));
    } else if (entry.kind === 'hardlink' && files.length > 0) {
      linkSync(toFsPath(files[entry.parent % files.length] ?? ''), toFsPath(path));
    } else {
      writeFileSync(toFsPath(path), Buffer.alloc(entry.size, entry.name));
      files.push(path);
    }
    made.push({ path, entry });
  }
  for (const { path, entry } of made.reverse()) {
    if (entry.kind === 'symlink') lutimesSync(toFsPath(path), entry.mtime, entry.mtime);
    else {
      chmodSync(toFsPath(path), entry.mode | 0o700);
      utimesSync(toFsPath(path), entry.mtime, entry.mtime);
    }
  }
}

function isThere(path: string): boolean {
  return lstatSync(toFsPath(path), { throwIfNoEntry: false }) !== undefined;
}
