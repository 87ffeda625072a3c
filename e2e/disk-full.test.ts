import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listBackups, makeWorkplace, type Workplace } from './holdfast.fixture.js';

/** Whether this machine lets us mount a file system of a few megabytes in memory. */
const canMount = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(join(tmpdir(), 'mount-probe-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]).status === 0;
  if (mounted) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true, force: true });
  return mounted;
})();

describe.skipIf(!canMount)('a location whose disk is full (needs to mount a tmpfs)', () => {
  let mount: string;
  let place: Workplace;
  beforeEach(() => {
    mount = mkdtempSync(join(tmpdir(), 'holdfast-full-'));
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount]);
    place = makeWorkplace(join(mount, 'backups'));
  });
  afterEach(() => {
    place.remove();
    spawnSync('umount', [mount]);
    rmSync(mount, { recursive: true, force: true });
  });

  test('says so, removes what it wrote and leaves earlier backups as they are', () => {
    const source = join(place.folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'small'), randomBytes(1_000_000));
    place.json('backup', 'create', source);
    const before = readdirSync(place.location).sort();
    writeFileSync(join(source, 'large'), randomBytes(20_000_000));
    const failed = place.run('--json', 'backup', 'create', source);
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('no-location-stored');
    expect(failed.stdout).toMatch(/full|space|room/i);
    expect(readdirSync(place.location).sort()).toEqual(before);
    const [only, ...others] = listBackups(place);
    expect(others).toEqual([]);
    expect(place.run('backup', 'verify', only?.id ?? '').status).toBe(0);
  });
});
