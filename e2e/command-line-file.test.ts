import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

interface Entry {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'hardlink';
  readonly sha256?: string;
  readonly linkname?: string;
}

interface Expected {
  readonly key: string | null;
  readonly archives: Readonly<Record<string, { readonly entries: readonly Entry[]; readonly securetar_version?: number | null }>>;
  readonly metadata: { readonly slug: string; readonly name: string };
}

const fixtures = fileURLToPath(new URL('../fixtures/home-assistant/', import.meta.url));
const { backups } = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
  readonly backups: Readonly<Record<string, Expected & { readonly expect: string }>>;
};
const whole = Object.entries(backups).flatMap(([name, backup]) => (backup.expect === 'ok' ? [{ name, ...backup }] : []));

// Each takes a dozen runs of the command line.
const rewritten = ['full-v1.tar', 'small-v1-pax.tar', 'small-v2-nogzip.tar', 'full-v3.tar', 'real-ha-plain.tar'];

let holdfast: CommandLine;
beforeAll(async () => {
  holdfast = await createCommandLine();
});
afterAll(() => holdfast[Symbol.asyncDispose]());

/** Runs `file ...` with a key in the environment, as a script would. */
async function file(args: readonly string[], key: string | null = null, env: NodeJS.ProcessEnv = {}) {
  const { code, document, err } = await holdfast.json(['file', ...args], {
    env: { ...env, ...(key === null ? {} : { HOLDFAST_KEY: key }) },
  });
  return { code, document: document as unknown as Record<string, unknown>, err };
}

const sourceOf = (member: string): string => member.replace(/\.tar(\.gz)?$/, '');
const plainPath = (path: string): string => path.replace(/^\.\/?/, '');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(whole)('$name', ({ name, key, archives, metadata }) => {
  const path = join(fixtures, name);

  test('info tells what it is without a key, and whether one fits', async () => {
    const versions = Object.values(archives).map(({ securetar_version: version }) =>
      typeof version === 'number' ? `securetar-${version}` : 'plain',
    );
    const { code, document } = await file(['info', path]);
    expect({ code, document }).toMatchObject({
      code: 0,
      document: { id: metadata.slug, name: metadata.name, format: versions[0], disagreeing: [] },
    });
    if (key === null) return;
    expect((await file(['info', path], key)).document).toMatchObject({ keyFits: true });
    expect(await file(['info', path], 'wrong')).toMatchObject({ code: 3, document: { keyFits: false } });
  });

  test('list has every entry', async () => {
    const { code, document } = await file(['list', path], key);
    expect(code).toBe(0);
    const listed = (document['files'] as readonly { source: string; path: string }[]).map((entry) => `${entry.source}:${entry.path}`);
    const expected = Object.entries(archives).flatMap(([member, { entries }]) =>
      entries.map((entry) => `${sourceOf(member)}:${plainPath(entry.path)}`),
    );
    expect(listed.map(withoutData)).toEqual(expected.map(withoutData));
  });

  test('extract brings back every file, byte for byte, a folder for each inner archive', async () => {
    const to = join(holdfast.root, 'extracted', name);
    const { code, document } = await file(['extract', path, '--to', to], key);
    expect([0, 3]).toContain(code);
    expect(document).not.toHaveProperty('error');
    expect((await readdir(to)).sort()).toEqual(Object.keys(archives).map(sourceOf).sort());
    for (const [member, { entries }] of Object.entries(archives)) await checkExtracted(join(to, sourceOf(member)), entries);
  });

  test('verify finds it readable, and a file comes out by cat', async () => {
    expect(await file(['verify', path], key)).toMatchObject({ code: 0, document: { verified: { ok: true, seal: 'unsealed' } } });
    const [member, { entries }] = Object.entries(archives)[0] ?? ['', { entries: [] }];
    const wanted = entries.find((entry) => entry.type === 'file' && !/[^ -~]/.test(entry.path));
    if (wanted === undefined) return;
    const { code, out } = await holdfast.run(['file', 'cat', path, `${sourceOf(member)}:${plainPath(wanted.path)}`], {
      env: { HOLDFAST_KEY: key ?? '' },
    });
    expect({ code, sha256: sha256(Buffer.from(out)) }).toEqual({ code: 0, sha256: wanted.sha256 });
  });

  test.runIf(rewritten.includes(name))('decrypted, and encrypted again both ways, it is the same backup', async () => {
    const { files, bytes } = (await file(['verify', path], key)).document['verified'] as { files: number; bytes: number };
    const plain = join(holdfast.root, `plain-${name}`);
    expect(await file(['decrypt', path, '--to', plain], key)).toMatchObject({ code: 0, document: { path: plain, format: 'plain' } });
    expect((await file(['verify', plain])).document).toMatchObject({ verified: { files, bytes } });
    expect((await file(['info', plain])).document).toMatchObject({ protected: false, format: 'plain', name: metadata.name });
    for (const format of ['v2', 'v3']) {
      const to = join(holdfast.root, `${format}-${name}`);
      const { code } = await file(['encrypt', plain, '--to', to, '--format', format], null, { HOLDFAST_NEW_KEY: 'a new key' });
      expect(code).toBe(0);
      expect((await file(['verify', to], 'a new key')).document).toMatchObject({ verified: { files, bytes } });
    }
  });
});

// Home Assistant's own configuration may be shown without the folder that the archive has around it.
function withoutData(path: string): string {
  return path.replace(/^homeassistant:(data\/?)?/, 'homeassistant:');
}

async function checkExtracted(folder: string, entries: readonly Entry[]): Promise<void> {
  const withData = existsSync(join(folder, 'data')) || !entries.some(({ path }) => path === 'data');
  for (const { path, type, sha256: digest, linkname } of entries) {
    const at = join(folder, withData ? plainPath(path) : plainPath(path).replace(/^data\/?/, ''));
    if (type === 'dir') expect((await stat(at)).isDirectory()).toBe(true);
    else if (type === 'symlink') expect(await readlink(at)).toBe(linkname);
    else if (digest !== undefined && ((await lstat(at)).mode & 0o400) !== 0) expect(sha256(await readFile(at))).toBe(digest);
  }
}

describe('what is wrong is told by its code, and nothing is left behind', () => {
  const keyOf = (name: string): string => readFileSync(join(fixtures, name.replace(/\.tar$/, '.key')), 'utf8');

  test.each([
    ['bad-v2-truncated.tar', 'truncated'],
    ['bad-v3-truncated.tar', 'truncated'],
    ['bad-v2-bitflip.tar', 'corrupt'],
    ['bad-v3-bitflip.tar', 'corrupt'],
  ])('%s: %s', async (name, code) => {
    const out = join(holdfast.root, `out-${name}`);
    for (const args of [['verify'], ['extract', '--to', join(holdfast.root, `to-${name}`)], ['decrypt', '--to', out], ['list']]) {
      const [command = '', ...options] = args;
      expect(await file([command, join(fixtures, name), ...options], keyOf(name))).toMatchObject({
        code: 1,
        document: { error: { code } },
      });
    }
    expect(existsSync(out)).toBe(false);
  });

  test.each(['small-v2', 'small-v3'])('%s with a wrong key, and with none', async (name) => {
    const path = join(fixtures, `${name}.tar`);
    const to = join(holdfast.root, `wrong-${name}`);
    for (const [key, code] of [
      [readFileSync(join(fixtures, `${name}.wrong-key`), 'utf8'), 'wrong-key'],
      [null, 'key-needed'],
    ] as const)
      for (const command of ['extract', 'decrypt', 'verify', 'list', 'cat'])
        expect(
          await file(
            [command, path, ...(command === 'cat' ? ['share:readme.txt'] : []), ...(/ex|de/.test(command) ? ['--to', to] : [])],
            key,
          ),
        ).toMatchObject({ code: 1, document: { error: { code } } });
    expect(existsSync(to)).toBe(false);
  });

  test('what is no backup is told with what it is', async () => {
    const inner = join(holdfast.root, 'inner.tar.gz');
    await writeFile(inner, readFileSync(join(fixtures, 'full-v2.tar')).subarray(1536, 4096));
    for (const path of ['/etc/passwd', fixtures, inner]) {
      for (const args of [['info'], ['verify'], ['extract', '--to', join(holdfast.root, 'none')]]) {
        const [command = '', ...options] = args;
        const { code, document } = await file([command, path, ...options]);
        expect({ code, document }).toMatchObject({ code: 1, document: { error: { code: 'not-a-backup' } } });
      }
    }
    expect((await file(['info', join(holdfast.root, 'nothing.tar')])).document).toMatchObject({
      error: { code: 'backup-file-unreadable' },
    });
  });

  test('a result that is there is replaced only when it is said', async () => {
    const to = join(holdfast.root, 'there.tar');
    const path = join(fixtures, 'small-v2.tar');
    await copyFile(path, to);
    expect(await file(['decrypt', path, '--to', to], keyOf('small-v2.tar'))).toMatchObject({
      code: 2,
      document: { error: { code: 'confirmation-needed' } },
    });
    expect(await file(['encrypt', path, '--to', `${to}.x`], keyOf('small-v2.tar'))).toMatchObject({
      code: 2,
      document: { error: { code: 'new-key-needed' } },
    });
    expect(await file(['decrypt', path, '--to', to, '--overwrite'], keyOf('small-v2.tar'))).toMatchObject({ code: 0 });
  });
});

test('no data directory is made, and one that is there is not touched', async () => {
  expect(existsSync(holdfast.dataDir)).toBe(false);
  await mkdir(holdfast.dataDir);
  await writeFile(join(holdfast.dataDir, 'config.json'), 'not what it should be');
  expect(await file(['verify', join(fixtures, 'full-plain.tar')])).toMatchObject({ code: 0, err: '' });
  expect(await readdir(holdfast.dataDir)).toEqual(['config.json']);
});

test('for people, the answers are text', async () => {
  const path = join(fixtures, 'full-v3.tar');
  const env = { HOLDFAST_KEY: backups['full-v3.tar']?.key ?? '' };
  const info = await holdfast.run(['file', 'info', path], { env });
  expect(info.out).toMatch(/format +encrypted: SecureTar 3/);
  expect(info.out).toMatch(/supervisor\.tar\.gz +\S+ B +SecureTar 3, gzip +fits/);
  expect((await holdfast.run(['file', 'list', path, '--path', 'share:readme.txt'], { env })).out).toBe('share:readme.txt\n');
  expect((await holdfast.run(['file', 'verify', path], { env })).out).toContain('readable');
  const { code, err } = await holdfast.run(['file', 'verify', path], { env: { HOLDFAST_KEY: 'wrong' } });
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('wrong-key') as unknown });
});
