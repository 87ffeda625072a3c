import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openIssueStore } from './issue-store.js';

const vault = { id: 'cloud-1a2b', title: 'Vault' };

function makeStore() {
  const dataDir = mkdtempSync(join(tmpdir(), 'issues-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  let now = Date.parse('2026-03-01T05:00:00Z');
  const told: string[] = [];
  const options = {
    dataDir,
    clock: { now: () => new Date(now) },
    onRaised: ({ id }: { id: string }) => told.push(`raised ${id}`),
    onUpdated: ({ message }: { message: string }) => told.push(`updated ${message}`),
    onResolved: ({ id }: { id: string }) => told.push(`resolved ${id}`),
  };
  return { dataDir, told, open: () => openIssueStore(options), later: () => (now += 86_400_000) };
}

test('an issue is raised once, brought up to date, kept over a restart, and closed when it is cured', async () => {
  const { told, open, later } = makeStore();
  await open().raise({ code: 'quota-exceeded', location: vault, details: { reason: 'The cap is reached.' } });
  later();
  await open().raise({ code: 'quota-exceeded', location: { ...vault, title: 'Safe' }, details: { reason: 'Still.' } });
  expect(await open().list()).toMatchObject([
    {
      id: 'quota-exceeded:cloud-1a2b',
      severity: 'error',
      message: '"Safe" takes no more: Still.',
      raisedAt: '2026-03-01T05:00:00.000Z',
      updatedAt: '2026-03-02T05:00:00.000Z',
      times: 2,
    },
  ]);
  await open().resolve('quota-exceeded', vault.id);
  await open().resolve('quota-exceeded', vault.id);
  expect(await open().list()).toEqual([]);
  expect(told).toEqual(['raised quota-exceeded:cloud-1a2b', 'updated "Safe" takes no more: Still.', 'resolved quota-exceeded:cloud-1a2b']);
});

test('issues of other locations, of other kinds and of other notices stay', async () => {
  const store = makeStore().open();
  const other = { id: 'b2-9', title: 'B2' };
  await Promise.all([
    store.raise({ code: 'access-lost', location: vault, details: { reason: 'No.' } }),
    store.raise({ code: 'access-lost', location: other, details: { reason: 'No.' } }),
    store.raise({ code: 'location-notice', location: vault, about: 'key-expires', details: { notice: 'The key expires.' } }),
    store.raise({ code: 'location-notice', location: vault, about: 'bucket-public', details: { notice: 'The bucket is public.' } }),
    store.raise({ code: 'provider-stopped', provider: '@holdfast/provider-b2', details: { version: '1.0.0', reason: 'x' } }),
  ]);
  await store.resolve('access-lost', vault.id);
  await store.resolve('location-notice', vault.id, 'key-expires');
  const ids = async () => (await store.list()).map(({ id }) => id).sort();
  expect(await ids()).toEqual(['access-lost:b2-9', 'location-notice:cloud-1a2b:bucket-public', 'provider-stopped:@holdfast/provider-b2']);
  await store.forget({ locationId: vault.id });
  await store.forget({ provider: '@holdfast/provider-b2' });
  expect(await ids()).toEqual(['access-lost:b2-9']);
});

test('what is found at once is raised and closed in one step, and what is still so stays', async () => {
  const { told, open } = makeStore();
  const job = { id: '3f9a01bc', title: 'Nightly' };
  await open().raise({ code: 'kit-not-saved' });
  await open().raise({ code: 'backup-failed', job, details: { reason: 'No.', advice: 'Look.' } });
  await open().apply({ raised: [{ code: 'kit-not-saved' }, { code: 'encryption-off', job, location: vault }], cured: () => true });
  expect((await open().list()).map(({ id, times }) => [id, times])).toEqual([
    ['kit-not-saved', 2],
    ['encryption-off:3f9a01bc:cloud-1a2b', 1],
  ]);
  expect(told.slice(2)).toEqual(['raised encryption-off:3f9a01bc:cloud-1a2b', 'resolved backup-failed:3f9a01bc']);
});

test('a kind that this version does not know is not shown, and a damaged file is told', async () => {
  const { dataDir, open } = makeStore();
  const file = join(dataDir, 'issues.json');
  await open().raise({ code: 'access-lost', location: vault, details: { reason: 'No.' } });
  writeFileSync(file, readFileSync(file, 'utf8').replace('access-lost', 'teapot'));
  expect(await open().list()).toEqual([]);
  writeFileSync(file, '{');
  await expect(open().list()).rejects.toMatchObject({ code: 'config-damaged' });
});
