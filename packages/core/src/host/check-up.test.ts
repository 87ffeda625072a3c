import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from '../host-place.fixture.js';
import { memoryProvider, misbehaviours, stores } from '../memory-provider.fixture.js';
import { createHost } from '../host.js';
import { receiveWeb } from './notifications/receivers.fixture.js';
import { provide, serviceTokens } from './service-tokens.js';

const ids = async ({ host }: HostPlace, locations = false) => (await host.checkUp({ locations })).map(({ id }) => id).sort();

test('a kit that was never saved is an issue once there is a backup, and saving it closes that', async () => {
  await using place = await makeHostPlace();
  await place.addLocation('near');
  expect(await ids(place)).toEqual([]);
  await place.create();
  expect(await ids(place)).toEqual(['kit-not-saved']);
  await place.host.kit.save(place.folder);
  expect(await ids(place)).toEqual([]);
});

test('what a job fails with is an issue until its next run is good, and a notification tells both', async () => {
  await using place = await makeHostPlace();
  await using server = await receiveWeb();
  const { id } = await place.addLocation('near');
  await place.host.kit.save(place.folder);
  const job = await place.host.jobs.add({ sources: [{ name: 'docs', path: place.source }] });
  await place.host.notifications.add({ type: 'webhook', settings: { url: `${server.url}/t0ken-in-it` } });
  misbehaviours.set('near', { failPutAfter: 1_000, failCode: 'auth-failed' });
  expect((await place.host.jobs.run(job.id)).state).toBe('failed');
  expect(await ids(place)).toEqual([`access-lost:${id}`, `backup-failed:${job.id}`]);
  expect(await place.host.notifications.deliver()).toMatchObject({ sent: 1, waiting: 0 });
  misbehaviours.clear();
  expect((await place.host.jobs.run(job.id)).state).toBe('complete');
  await place.host.notifications.deliver();
  const events = server.received.map(({ body }) => JSON.parse(body) as { events: { type: string; issue: { code: string } }[] });
  expect(events.map((message) => message.events.map(({ type, issue }) => `${type} ${issue.code}`).sort())).toEqual([
    ['issue-raised access-lost', 'issue-raised backup-failed'],
    ['issue-resolved access-lost', 'issue-resolved backup-failed'],
  ]);
  expect(JSON.stringify(server.received)).not.toContain('canary');
  expect(readFileSync(join(place.dataDir, 'config.json'), 'utf8')).not.toContain('t0ken-in-it');
});

test('what waits to be told outlives the process, and a receiver that is away costs a backup nothing', async () => {
  await using place = await makeHostPlace();
  await using server = await receiveWeb();
  await place.addLocation('near');
  const job = await place.host.jobs.add({ title: 'Nightly', sources: [{ name: 'docs', path: place.source }] });
  await place.host.notifications.add({ type: 'webhook', title: 'Hook', settings: { url: server.url }, topics: { runs: 'all' } });
  server.answer(503);
  expect((await place.host.jobs.run(job.id)).state).toBe('complete');
  expect(await place.host.notifications.deliver()).toMatchObject({
    sent: 0,
    failed: [{ title: 'Hook', message: 'it answers with 503' }],
    waiting: 1,
  });
  await place.reopen();
  expect(await place.host.notifications.list()).toMatchObject([{ delivery: { waiting: 1, error: { message: 'it answers with 503' } } }]);
  // Not before it is time for the next try.
  expect(await place.host.notifications.deliver()).toMatchObject({ sent: 0, failed: [], waiting: 1 });
  server.answer(200);
  await place.host[Symbol.asyncDispose]();
  const later = { now: () => new Date(Date.now() + 2 * 60_000) };
  await using host = await createHost({
    dataDir: place.dataDir,
    providers: { inline: [memoryProvider] },
    services: [provide(serviceTokens.clock, later)],
  });
  expect(await host.notifications.deliver()).toMatchObject({ sent: 1, waiting: 0 });
  expect(server.received.at(-1)?.body).toContain('The job \\"Nightly\\" made a backup.');
});

test('a location that works again and one whose backups were taken away are seen when the locations are asked', async () => {
  await using place = await makeHostPlace();
  const { id } = await place.addLocation('near');
  await place.host.kit.save(place.folder);
  await place.create();
  misbehaviours.set('near', { failPutAfter: 1_000, failCode: 'auth-failed' });
  await expect(place.create()).rejects.toMatchObject({ code: 'no-location-stored' });
  expect(await ids(place)).toEqual([`access-lost:${id}`]);
  misbehaviours.clear();
  const sidecar = place.keysAt('near').find((key) => key.endsWith('.json')) ?? '';
  stores.get('near')?.delete(sidecar);
  const key = place.keysAt('near').find((name) => name.endsWith('.tar')) ?? '';
  expect(await ids(place, true)).toEqual([`seal-missing:${id}:${key}`]);
});

test('what holds of a location is closed when it is removed by another process', async () => {
  await using place = await makeHostPlace();
  const { id } = await place.addLocation('near');
  await place.host.kit.save(place.folder);
  misbehaviours.set('near', { notices: [{ id: 'key-expires', message: 'The key expires soon.' }] });
  await place.host.locations.check(id);
  expect(await ids(place)).toEqual([`location-notice:${id}:key-expires`]);
  await using other = await createHost({ dataDir: place.dataDir, providers: { inline: [memoryProvider] }, access: 'shared' });
  await other.locations.remove(id);
  expect(await ids(place)).toEqual([]);
});

test('a check-up works where its memory is lost', async () => {
  await using place = await makeHostPlace();
  expect(await ids(place)).toEqual([]);
  rmSync(join(place.dataDir, 'check-up.json'));
  expect(await ids(place)).toEqual([]);
});
