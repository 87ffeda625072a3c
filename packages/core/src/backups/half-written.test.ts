import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeHalfWritten } from './half-written.js';

test('what a dead process left half-written goes after a minute, and what is somebody’s stays', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'half-written-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const earlier = new Date(Date.now() - 61_000);
  const left = [
    'keys.json.0123456789ab.tmp',
    'host.lock.0123456789ab.new',
    'seal-log.json.lock.0123456789ab',
    'spool/spool-0123456789abcdef',
  ];
  const kept = ['keys.json', 'host.lock', 'spool/else', 'providers/x.0123456789ab.tmp', 'folder.0123456789ab/file'];
  for (const folder of ['spool', 'providers', 'folder.0123456789ab']) mkdirSync(join(dataDir, folder));
  for (const name of [...left, ...kept]) {
    writeFileSync(join(dataDir, name), 'x');
    utimesSync(join(dataDir, name), earlier, earlier);
  }
  writeFileSync(join(dataDir, 'config.json.0123456789ab.tmp'), 'just being written');
  await removeHalfWritten(dataDir);
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual(
    ['config.json.0123456789ab.tmp', 'else', 'file', 'host.lock', 'keys.json', 'x.0123456789ab.tmp'].sort(),
  );
});
