import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readTar } from '../../archive/tar/read-tar.js';
import { readSource, type SourceProblem } from './read-source.js';
import { resolveSources } from './source.js';
import { sqliteLibrary } from './sqlite-library.js';

const hasSqlite = (await sqliteLibrary()) !== undefined;

let folder: string;
let dataDir: string;
beforeEach(() => {
  const place = mkdtempSync(join(tmpdir(), 'sqlite-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  folder = join(place, 'app');
  dataDir = join(place, 'data');
  for (const each of [folder, dataDir]) mkdirSync(each);
});

async function read(): Promise<{ contents: Map<string, Buffer>; problems: SourceProblem[] }> {
  const [source] = await resolveSources([{ name: 'app', path: folder }], dataDir);
  const problems: SourceProblem[] = [];
  const contents = new Map<string, Buffer>();
  const observer = {
    onFile: () => {},
    onBytes: () => {},
    onExcluded: () => {},
    onProblem: (problem: SourceProblem) => problems.push(problem),
  };
  for await (const { entry, body } of readTar(readSource(source!, observer))) {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    if (entry.type === 'file') contents.set(entry.path, Buffer.concat(parts));
  }
  return { contents, problems };
}

/** A process that has a database open with rows in its write-ahead log, and goes on writing. */
async function startWriter(path: string): Promise<void> {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1]);
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE pairs (a, b)');
    const insert = database.prepare('INSERT INTO pairs VALUES (?, ?)');
    const write = (n) => { database.exec('BEGIN'); for (let i = 0; i < 100; i++) insert.run(n, n); database.exec('COMMIT'); };
    write(0);
    console.log('ready');
    let n = 1;
    setInterval(() => write(n++), 1);
  `;
  const writer = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  await once(writer.stdout, 'data');
}

test.skipIf(!hasSqlite)('a database that is written to is in the backup as it was at one moment, without what lies beside it', async () => {
  const path = join(folder, 'home.db');
  await startWriter(path);
  expect(existsSync(`${path}-wal`)).toBe(true);
  const { contents, problems } = await read();
  expect([...contents.keys()]).toEqual(['home.db']);
  expect(problems).toEqual([]);
  const restored = join(dataDir, 'restored.db');
  writeFileSync(restored, contents.get('home.db') ?? '');
  const name = 'node:sqlite';
  const {
    DatabaseSync,
  }: { DatabaseSync: new (path: string) => { prepare(sql: string): { get(): Record<string, unknown> }; close(): void } } = await import(
    name
  );
  const database = new DatabaseSync(restored);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(Number(database.prepare('SELECT count(*) % 100 AS rest FROM pairs').get()['rest'])).toBe(0);
  expect(Number(database.prepare('SELECT count(*) AS count FROM pairs').get()['count'])).toBeGreaterThanOrEqual(100);
  database.close();
  expect(readdirSync(join(dataDir, 'spool'))).toEqual([]);
});

test.skipIf(!hasSqlite)('a database that SQLite can not open is copied as it is, and told of', async () => {
  const broken = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4_080, 1)]);
  writeFileSync(join(folder, 'broken.db'), broken);
  const { contents, problems } = await read();
  expect(contents.get('broken.db')).toEqual(broken);
  expect(problems).toMatchObject([{ path: 'broken.db', code: 'changed', message: expect.stringContaining('SQLite could not copy') }]);
});

test('what is no database, or one that nobody has open, is copied byte by byte', async () => {
  const idle = Buffer.alloc(4_096);
  idle.write('SQLite format 3\0');
  // As the header of one with a write-ahead log says, of which there is none.
  idle.fill(2, 18, 20);
  const files = {
    'idle.db': idle,
    'notes.db': Buffer.from('not a database'),
    'log-wal': Buffer.from('a log'),
    log: Buffer.from('one more'),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const { contents, problems } = await read();
  expect(Object.fromEntries(contents)).toEqual(files);
  expect(problems).toEqual([]);
});
