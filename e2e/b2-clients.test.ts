import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bucket, type ClientBench, createClientBench, isClientAvailable, sdk } from './b2-clients.fixture.js';

const isSame = async (one: string, other: string) => (await readFile(one)).equals(await readFile(other));

// What the tests of provider-b2 run against is worth as much as other programs find it to be Backblaze.
describe('the emulator of Backblaze B2', () => {
  let bench: ClientBench;
  beforeEach(async () => {
    bench = await createClientBench();
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  const ok = expect.objectContaining({ code: 0 });
  const callsOf = (name: string) => bench.server.requests().filter(({ call }) => call === name);

  describe.skipIf(!isClientAvailable('rclone'))('serves rclone (needs rclone)', () => {
    const place = `b2:${bucket}/in`;

    test('which sends, compares, lists and reads ranges', async () => {
      const { rclone, source } = bench;
      expect(await rclone('copy', source, place)).toEqual(ok);
      expect(callsOf('b2_upload_part')).toHaveLength(3);
      expect(await rclone('check', '--download', source, place)).toEqual(ok);
      const listed = await rclone('lsf', '-R', '--files-only', place);
      expect(listed.out.trim().split('\n').sort()).toEqual(['below/with blank, + and ü.txt', 'exactly', 'large', 'small']);
      const range = await rclone('cat', '--offset', '6', '--count', '7', `${place}/small`);
      expect(range.out).toBe('content');
      expect(callsOf('b2_download_file_by_id').at(-1)).toMatchObject({ status: 206, range: 'bytes=6-12' });
    });

    test('which hides, cleans up and purges', async () => {
      const { rclone, source, server } = bench;
      await rclone('copy', source, place);
      expect(await rclone('copy', '--ignore-times', source, place)).toEqual(ok);
      expect(server.contents(bucket).versions).toHaveLength(8);
      expect(await rclone('cleanup', `b2:${bucket}`)).toEqual(ok);
      expect(server.contents(bucket).versions).toHaveLength(4);
      expect(await rclone('delete', place)).toEqual(ok);
      expect((await rclone('lsf', '-R', place)).out).toBe('');
      expect(server.contents(bucket).versions.filter(({ action }) => action === 'hide')).toHaveLength(4);
      expect(await rclone('copy', source, 'b2:another-bucket')).toEqual(ok);
      expect(await rclone('copy', 'b2:another-bucket', `b2:${bucket}/copied`)).toEqual(ok);
      expect(callsOf('b2_copy_file').length + callsOf('b2_copy_part').length).toBeGreaterThanOrEqual(4);
      expect(await rclone('check', '--download', source, `b2:${bucket}/copied`)).toEqual(ok);
      expect(await rclone('purge', 'b2:another-bucket')).toEqual(ok);
      expect((await rclone('lsf', 'b2:')).out).toBe(`${bucket}/\n`);
    });

    test.each(['fail_some_uploads', 'expire_some_account_authorization_tokens'])('which gets through the test mode %s', async (mode) => {
      const { rclone, source, server } = bench;
      expect(await rclone('copy', '--retries', '1', '--b2-test-mode', mode, source, place)).toEqual(ok);
      expect(server.requests().filter(({ status = 0 }) => status >= 400)).not.toEqual([]);
      expect(await rclone('check', '--download', source, place)).toEqual(ok);
    });

    test('which stops at caps', async () => {
      const { rclone, source, server } = bench;
      const { code, err } = await rclone('copy', '--retries', '1', '--b2-test-mode', 'force_cap_exceeded', source, place);
      expect(code).not.toBe(0);
      expect(err).toContain('403 cap_exceeded');
      expect(server.contents(bucket).versions).toEqual([]);
    });

    test.each([
      ['b2_upload_part', 'reset', 3],
      ['b2_upload_part', 'flip-byte', 3],
      ['b2_upload_file', { status: 503, code: 'service_unavailable' }, 3],
      ['b2_start_large_file', { status: 429, code: 'too_many_requests', retryAfter: 1 }, 1],
      ['b2_download_file_by_id', 'truncate', 4],
    ] as const)('which survives %s: %j', async (call, fault, callsWithout) => {
      const { rclone, source, server, folder } = bench;
      server.inject({ call, fault });
      expect(await rclone('copy', source, place)).toEqual(ok);
      expect(await rclone('copy', place, join(folder, 'back'))).toEqual(ok);
      expect(callsOf(call).length).toBeGreaterThan(callsWithout);
      for (const name of ['large', 'small']) expect(await isSame(join(folder, 'back', name), join(source, name))).toBe(true);
    });
  });

  test.skipIf(!isClientAvailable('backblaze-b2'))('serves the official command line (needs backblaze-b2)', async () => {
    const { commandLine, source, folder, server } = bench;
    const { keyId, applicationKey } = server.masterKey;
    expect(await commandLine('authorize-account', '--dev', keyId, applicationKey)).toEqual(ok);
    const large = join(source, 'large');
    expect(await commandLine('upload-file', '--noProgress', '--minPartSize', '5000000', bucket, large, 'dir/large')).toEqual(ok);
    expect((await commandLine('ls', '--recursive', bucket)).out).toBe('dir/large\n');
    expect(await commandLine('download-file-by-name', '--noProgress', bucket, 'dir/large', join(folder, 'got'))).toEqual(ok);
    expect(await isSame(join(folder, 'got'), large)).toBe(true);
    expect(await commandLine('hide-file', bucket, 'dir/large')).toEqual(ok);
    expect((await commandLine('ls', '--recursive', bucket)).out).toBe('');
    expect(await commandLine('sync', '--noProgress', source, `b2://${bucket}/synced`)).toEqual(ok);
    expect(await commandLine('sync', '--noProgress', `b2://${bucket}/synced`, join(folder, 'again'))).toEqual(ok);
    expect(await isSame(join(folder, 'again', 'exactly'), join(source, 'exactly'))).toBe(true);
    expect(await commandLine('create-key', '--bucket', bucket, 'a-key', 'listBuckets,listFiles')).toEqual(ok);
    expect((await commandLine('list-keys')).out).toContain('a-key');
    const rule = { fileNamePrefix: 'x/', daysFromUploadingToHiding: null, daysFromHidingToDeleting: 1 };
    const updated = await commandLine('update-bucket', '--lifecycleRules', JSON.stringify([rule]), bucket, 'allPrivate');
    expect(JSON.parse(updated.out)).toMatchObject({ lifecycleRules: [rule] });
  });

  test.skipIf(!isClientAvailable(sdk))('serves the official library for Python (needs python3-b2sdk)', async () => {
    expect(await bench.library()).toEqual(ok);
    expect(callsOf('b2_finish_large_file')).not.toHaveLength(0);
  });
});

test('the program tells in one line how to reach it, and ends with its standard input', async () => {
  const program = fileURLToPath(new URL('../packages/test-servers/dist/b2-server.js', import.meta.url));
  const child = spawn(process.execPath, [program, '--port', '0', '--bucket', 'bench-bucket'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, keyId, applicationKey } = JSON.parse(line) as Record<string, string>;
    const authorization = `Basic ${Buffer.from(`${keyId}:${applicationKey}`).toString('base64')}`;
    expect((await fetch(`${url}/b2api/v4/b2_authorize_account`, { headers: { authorization } })).status).toBe(200);
    child.stdin.end();
  }
  expect(await closed).toEqual([0, null]);
});
