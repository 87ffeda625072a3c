import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha1, TestClient } from './client.fixture.js';
import { startB2Server } from './server.js';
import type { B2Server } from './server-interface.js';

describe('files and their versions', () => {
  let server: B2Server;
  let bucketId: string;
  let client: TestClient;
  let clock: number;

  beforeEach(async () => {
    clock = Date.UTC(2026, 7, 1);
    server = await startB2Server({ now: () => (clock += 1), absoluteMinimumPartSize: 10 });
    ({ bucketId } = server.createBucket('the-bucket'));
    client = await TestClient.login(server);
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const read = async (path: string, headers: Record<string, string> = {}) => {
    const response = await client.download(`the-bucket/${path}`, headers);
    return response.ok ? response.text() : response.status;
  };

  async function startLarge(fileName: string, parts: readonly string[]): Promise<string> {
    const { fileId } = (await client.call('b2_start_large_file', { bucketId, fileName, contentType: 'x/y' })).document;
    const { document: target } = await client.call('b2_get_upload_part_url', { fileId });
    for (const [index, part] of parts.entries()) await client.uploadTo(target, part, { 'X-Bz-Part-Number': String(index + 1) });
    return fileId;
  }

  const finish = (fileId: string, parts: readonly string[]) =>
    client.call('b2_finish_large_file', { fileId, partSha1Array: parts.map(sha1) });

  test.each(['/a', 'a/', 'a//b', 'a\tb', 'a\x7fb', 'x'.repeat(1025)])('refuses the name %j', async (fileName) => {
    expect(await client.upload(bucketId, fileName, 'x')).toMatchObject({ status: 400, document: { code: 'bad_request' } });
    expect(server.contents('the-bucket').versions).toEqual([]);
  });

  test('keeps names and info of any characters, and takes + for a blank', async () => {
    await client.upload(bucketId, 'ä b+c%/😀', 'x', { 'X-Bz-Info-Note': encodeURIComponent('grün & blau') });
    const response = await client.download(`the-bucket/${encodeURIComponent('ä b+c%').replace('%20', '+')}/😀`);
    expect(await response.text()).toBe('x');
    expect(decodeURIComponent(response.headers.get('x-bz-file-name')!.replaceAll('+', ' '))).toBe('ä b+c%/😀');
    expect(decodeURIComponent(response.headers.get('x-bz-info-note')!.replaceAll('+', ' '))).toBe('grün & blau');
  });

  test('stores nothing whose SHA-1 differs, before or behind the bytes', async () => {
    const wrong = sha1('something else');
    expect(await client.upload(bucketId, 'a', 'content', { 'X-Bz-Content-Sha1': wrong })).toMatchObject({ status: 400 });
    const atEnd = { 'X-Bz-Content-Sha1': 'hex_digits_at_end' };
    expect((await client.upload(bucketId, 'a', `content${wrong}`, atEnd)).document.code).toBe('bad_request');
    expect(server.contents('the-bucket').versions).toEqual([]);
    expect((await client.upload(bucketId, 'a', `content${sha1('content')}`, atEnd)).document.contentSha1).toBe(sha1('content'));
    expect(await read('a')).toBe('content');
    const unverified = await client.upload(bucketId, 'a', 'content', { 'X-Bz-Content-Sha1': 'do_not_verify' });
    expect(unverified.document.contentSha1).toBe(`unverified:${sha1('content')}`);
  });

  test('refuses a second upload to a URL that is in use', async () => {
    const { document: target } = await client.call('b2_get_upload_url', { bucketId });
    const large = 'x'.repeat(20_000_000);
    const answers = await Promise.all(['a', 'b'].map((name) => client.uploadTo(target, large, { 'X-Bz-File-Name': name })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.find(({ status }) => status === 400)?.document.code).toBe('auth_token_limit');
    expect((await client.uploadTo(target, 'again', { 'X-Bz-File-Name': 'c' })).status).toBe(200);
  });

  test('an upload adds a version, hiding adds a marker, deleting brings back what was before', async () => {
    await client.upload(bucketId, 'a', 'first');
    await client.upload(bucketId, 'a', 'second');
    expect(await read('a')).toBe('second');
    const hidden = await client.call('b2_hide_file', { bucketId, fileName: 'a' });
    expect(await read('a')).toBe(404);
    expect((await client.call('b2_list_file_names', { bucketId })).document.files).toEqual([]);
    expect((await client.call('b2_hide_file', { bucketId, fileName: 'a' })).document.code).toBe('already_hidden');
    const { versions } = server.contents('the-bucket');
    expect(versions.map(({ action, size }) => [action, size])).toEqual([
      ['hide', 0],
      ['upload', 6],
      ['upload', 5],
    ]);
    for (const { fileId } of [hidden.document, versions[1]!]) await client.call('b2_delete_file_version', { fileName: 'a', fileId });
    expect(await read('a')).toBe('first');
    const again = await client.call('b2_delete_file_version', { fileName: 'a', fileId: hidden.document.fileId });
    expect(again).toMatchObject({ status: 400, document: { code: 'file_not_present' } });
  });

  test('a large file is as old as its start, whenever it is finished', async () => {
    const parts = ['0123456789', 'end'];
    const fileId = await startLarge('a', parts);
    await client.upload(bucketId, 'a', 'uploaded meanwhile');
    expect(server.contents('the-bucket').unfinished).toEqual([{ fileName: 'a', fileId, parts: 2 }]);
    expect((await finish(fileId, parts)).document).toMatchObject({ action: 'upload', contentLength: 13, contentSha1: 'none' });
    expect(await read('a')).toBe('uploaded meanwhile');
    const byId = await fetch(`${server.url}/b2api/v4/b2_download_file_by_id?fileId=${fileId}`, {
      headers: { authorization: client.token },
    });
    expect(await byId.text()).toBe('0123456789end');
    expect(server.contents('the-bucket').unfinished).toEqual([]);
    expect((await finish(fileId, parts)).document).toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('No active upload'),
    });
  });

  test.each<[string, string[], string[]]>([
    ['a part but the last is too small', ['short', 'end'], ['short', 'end']],
    ['there is but one part', ['0123456789'], ['0123456789']],
    ['a part is missing', ['0123456789', 'end'], ['0123456789', 'end', 'more']],
    ['a part is not named', ['0123456789', '0123456789', 'end'], ['0123456789', '0123456789']],
    ['a SHA-1 differs', ['0123456789', 'end'], ['0123456789', 'END']],
  ])('does not finish a large file where %s', async (_, uploaded, named) => {
    const fileId = await startLarge('a', uploaded);
    expect((await finish(fileId, named)).status).toBe(400);
    expect(server.contents('the-bucket')).toMatchObject({ versions: [], unfinished: [{ parts: uploaded.length }] });
    expect((await client.call('b2_cancel_large_file', { fileId })).status).toBe(200);
    expect(server.contents('the-bucket').unfinished).toEqual([]);
  });

  test('pages give all versions once, in the order of the bytes of names, the newest first', async () => {
    const names = ['a', 'b/1', 'b/2', 'b-', 'c', '\uffee', '😀'];
    for (const name of [...names, ...names]) await client.upload(bucketId, name, 'x');
    const seen: string[] = [];
    let next: object | undefined = {};
    while (next !== undefined) {
      const { document } = await client.call('b2_list_file_versions', { bucketId, maxFileCount: 3, ...next });
      seen.push(...document.files.map(({ fileName }) => fileName));
      const { nextFileName, nextFileId } = document;
      next = nextFileName === null ? undefined : { startFileName: nextFileName, startFileId: nextFileId };
    }
    const sorted = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(seen).toEqual(sorted.flatMap((name) => [name, name]));
    const folders = await client.call('b2_list_file_names', { bucketId, delimiter: '/', maxFileCount: 3 });
    expect(folders.document.files.map(({ fileName }) => fileName)).toEqual(['a', 'b-', 'b/']);
    expect(folders.document.nextFileName).toBe('c');
    const below = await client.call('b2_list_file_names', { bucketId, delimiter: '/', prefix: 'b/' });
    expect(below.document.files.map(({ fileName }) => fileName)).toEqual(['b/1', 'b/2']);
  });

  test('a page goes on behind what it was to begin with, where that is gone', async () => {
    for (const name of ['a', 'a', 'a', 'b']) await client.upload(bucketId, name, 'x');
    const [, second, ...rest] = server.contents('the-bucket').versions.map(({ fileId }) => fileId);
    const { document } = await client.call('b2_list_file_versions', { bucketId, maxFileCount: 1 });
    expect(document).toMatchObject({ nextFileName: 'a', nextFileId: second });
    await client.call('b2_delete_file_version', { fileName: 'a', fileId: second });
    const next = await client.call('b2_list_file_versions', { bucketId, startFileName: 'a', startFileId: second });
    expect(next.document.files.map(({ fileId }) => fileId)).toEqual(rest);
  });

  test.each([
    ['bytes=2-4', '234'],
    ['bytes=7-', '789'],
    ['bytes=-2', '89'],
    ['bytes=8-99', '89'],
    ['bytes=10-', 416],
    ['nonsense', '0123456789'],
  ])('answers the range %s', async (range, expected) => {
    await client.upload(bucketId, 'digits', '0123456789');
    expect(await read('digits', { range })).toBe(expected);
  });
});
