import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { restoreRecipe } from './restore-recipe.js';

const fixtures = fileURLToPath(new URL('../../../../fixtures/home-assistant/', import.meta.url));
const toolsMissing = ['bash', 'openssl', 'tar', 'od'].some((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);

interface ExpectedEntry {
  readonly path: string;
  readonly type: string;
  readonly sha256?: string;
}
const expected = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
  backups: Record<string, { key: string | null; archives: Record<string, { entries: readonly ExpectedEntry[] }> }>;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipe-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// Thousands of short processes: minutes on a busy machine.
const timeLimit = 240_000;

describe.skipIf(toolsMissing)('the recipe without Holdfast and without Home Assistant (bash, tar, openssl, od)', () => {
  test.each(['small-v2.tar', 'full-v2.tar', 'small-v2-nogzip.tar', 'full-plain.tar'])(
    'restores every file of %s',
    (name) => {
      copyFileSync(join(fixtures, name), join(folder, 'my backup.tar'));
      const backup = expected.backups[name];
      const run = spawnSync('bash', ['-c', restoreRecipe], { cwd: folder, input: `${backup?.key ?? ''}\n`, encoding: 'utf8' });
      expect(run.stdout).not.toContain('did not unpack');
      const differing: string[] = [];
      for (const [member, { entries }] of Object.entries(backup?.archives ?? {})) {
        for (const { path, type, sha256 } of entries) {
          const restored = join(folder, 'restored', member.replace(/\.tar.*/, ''), path);
          if (type === 'file' && digestOf(restored) !== sha256) differing.push(`${member}: ${path}`);
        }
      }
      expect(differing).toEqual([]);
    },
    timeLimit,
  );

  test(
    'says so when the key is wrong',
    () => {
      copyFileSync(join(fixtures, 'small-v2.tar'), join(folder, 'backup.tar'));
      const run = spawnSync('bash', ['-c', restoreRecipe], { cwd: folder, input: 'WRONG\n', encoding: 'utf8' });
      expect(run.stdout).toContain('homeassistant.tar.gz did not unpack: wrong key, or damaged');
    },
    timeLimit,
  );
});

function digestOf(path: string): string | undefined {
  if (!existsSync(path) || !lstatSync(path).isFile()) return undefined;
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
