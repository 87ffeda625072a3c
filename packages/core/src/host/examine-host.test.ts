import { expect, test } from 'vitest';
import type { FlowSummary } from '../config/flows/flow-view.js';
import type { SecretStore } from '../config/secrets/secret-store.js';
import { providerError } from '../providers/errors.js';
import type { RuntimeStatus } from '../providers/runtime-status.js';
import { type ExaminedHost, examineHost } from './examine-host.js';

const secrets: SecretStore = { kind: 'vault', describe: () => 'kept in a vault', of: async () => ({}), set: async () => {} };
const now = new Date('2026-11-21T12:00:00Z');
const healthy: ExaminedHost = {
  secrets,
  packages: { check: async () => [] },
  running: async () => [],
  flows: { list: async () => [] },
  now,
};
const { signal } = new AbortController();

const status = (state: RuntimeStatus['state']): RuntimeStatus => ({
  package: 'a-provider',
  version: '1.0.0',
  isolation: 'process',
  state,
  hostPid: 1,
  requests: 0,
  restarts: 0,
  crashes: ['1', '2', '3'],
  lastError: { at: '2026-11-21T09:00:00Z', code: 'provider-crashed', message: 'It went down.' },
  at: '',
});

const flow = (changedAt: string): FlowSummary => ({
  token: 't',
  kind: 'setup',
  provider: 'local',
  step: 'form',
  type: 'form',
  startedAt: changedAt,
  changedAt,
});

test('where all is well, only where the secrets are is told', async () => {
  expect(await examineHost(healthy, signal)).toEqual([
    { code: 'secrets', severity: 'ok', subject: 'secrets', message: 'Kept in a vault.' },
  ]);
});

test.each<[string, Partial<ExaminedHost>, object]>([
  [
    'secrets that others can read',
    { secrets: { ...secrets, examine: async () => [{ severity: 'warning', message: 'Others can read it.', remedy: 'Close it.' }] } },
    { code: 'secrets-problem', severity: 'warning', message: 'Others can read it.' },
  ],
  [
    'a store that fails',
    { secrets: { ...secrets, examine: () => Promise.reject(providerError('provider-broken', { subject: 's', reason: 'r' })) } },
    { code: 'provider-broken', severity: 'error', subject: 'secrets' },
  ],
  [
    'a package that was changed',
    { packages: { check: async () => [{ folder: '/x', error: providerError('provider-broken', { subject: 's', reason: 'r' }) }] } },
    { code: 'provider-broken', severity: 'error', subject: 'provider in /x' },
  ],
  [
    'a provider that is not started any more',
    { running: async () => [status('stopped')] },
    { code: 'provider-stopped', severity: 'error' },
  ],
  ['a provider that crashed', { running: async () => [status('waiting')] }, { code: 'provider-crashed', severity: 'warning' }],
  [
    'a flow that nobody ended',
    { flows: { list: async () => [flow('2026-11-21T10:00:00Z')] } },
    { code: 'flows-waiting', severity: 'warning' },
  ],
])('%s is found', async (_, part, finding) => {
  expect(await examineHost({ ...healthy, ...part }, signal)).toContainEqual(expect.objectContaining(finding));
});

test('what is under way is no finding: a provider that runs, a flow of this hour', async () => {
  const busy = { running: async () => [status('running')], flows: { list: async () => [flow('2026-11-21T11:30:00Z')] } };
  expect(await examineHost({ ...healthy, ...busy }, signal)).toHaveLength(1);
});
