import { expect, test } from 'vitest';
import { never, openB2, startBucket } from './b2.fixture.js';
import { otherProgram } from './other-program.fixture.js';

const day = 24 * 3_600_000;

test('a private bucket with a key of its own gives no notice, and nothing stays in it', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  expect(await location.check({ signal: never })).toEqual([]);
  expect(server.contents(bucket)).toEqual({ versions: [], unfinished: [] });
  const far = await openB2({ ...config, ...server.createKey({ bucket, expiresAt: new Date(Date.now() + 31 * day) }) });
  expect(await far.check({ signal: never })).toEqual([]);
});

test('tells what works and had better be otherwise', async () => {
  const { server, config } = await startBucket();
  const rule = { fileNamePrefix: 'home/', daysFromUploadingToHiding: 30, daysFromHidingToDeleting: null };
  server.createBucket('holdfast-public-bucket', { type: 'allPublic', lifecycleRules: [rule] });
  const other = await otherProgram(server, 'holdfast-public-bucket');
  for (const name of ['home/backups/a', 'home/backups/a', 'elsewhere/a', 'elsewhere/a']) await other.upload(name, Buffer.from('x'));
  const expiresAt = new Date(Date.now() + 29 * day);
  const of = { ...config, bucket: 'holdfast-public-bucket' };
  const soon = await openB2({ ...of, ...server.createKey({ expiresAt }) });
  expect(await soon.check({ signal: never })).toMatchObject([
    { id: 'key-expires', placeholders: { date: expiresAt.toISOString().slice(0, 10) } },
    { id: 'bucket-public' },
    { id: 'lifecycle-deletes', placeholders: { days: '30' } },
    { id: 'lifecycle-keeps-hidden', placeholders: { count: '1' } },
  ]);
  const master = await openB2({ ...of, ...server.masterKey, prefix: 'garden' });
  expect((await master.check({ signal: never })).map(({ id }) => id)).toEqual(['master-key', 'bucket-public']);
});

test('a key that lacks something is told before anything is tried', async () => {
  const { server, bucket, config } = await startBucket();
  const key = server.createKey({ bucket, capabilities: ['listBuckets', 'listFiles', 'readFiles', 'writeFiles'] });
  const location = await openB2({ ...config, ...key });
  await expect(location.check({ signal: never })).rejects.toThrow('deleteFiles');
  expect(server.contents(bucket).versions).toEqual([]);
});

test('a check that fails half-way leaves nothing behind', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  server.inject({ call: 'b2_download_file_by_name', fault: 'cap' });
  await expect(location.check({ signal: never })).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(server.contents(bucket)).toEqual({ versions: [], unfinished: [] });
});
