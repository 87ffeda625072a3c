import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const page = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
const program = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code).join('\n');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedding-docs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the code in docs/embedding.md is one program, and it works', () => {
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'settings.json'), '{"a":1}');
  const environment = {
    MY_DATA_DIR: join(folder, 'data'),
    MY_PROVIDERS: fileURLToPath(new URL('../../packages/provider-local', import.meta.url)),
    MY_BACKUPS: join(folder, 'backups'),
    MY_FOLDER: source,
    MY_TARGET: join(folder, 'restored'),
  };
  // From this folder, so that it finds the core as an app would.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: here,
    input: program,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  const lines = stdout.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'provider @holdfast/provider-local: running',
      'location NAS: added',
      expect.stringMatching(/^[0-9a-f]{8} complete$/),
      expect.stringMatching(/^complete \d{4}-/),
      '@holdfast/provider-local running process',
      '2',
    ]),
  );
  expect(readFileSync(join(folder, 'restored', 'app', 'settings.json'), 'utf8')).toBe('{"a":1}');
  expect(status).toBe(0);
});
