import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './holdfast.fixture.js';

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!analyze)('systemd finds nothing to say about the unit of the documentation (needs systemd-analyze)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-unit-'));
  try {
    const page = readFileSync(join(repository, 'docs/service.md'), 'utf8');
    const unit = page.split('```ini\n')[1]?.split('```')[0] ?? '';
    expect(unit).toContain('ExecStart=/usr/bin/holdfast service');
    const file = join(folder, 'holdfast.service');
    writeFileSync(file, unit.replace('/usr/bin/holdfast', process.execPath));
    const { status: code, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect({ code, about: stderr.split('\n').filter((line) => line.includes('holdfast.service')) }).toEqual({ code: 0, about: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
