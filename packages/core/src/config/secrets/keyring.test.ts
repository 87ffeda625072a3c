import { expect, test, vi } from 'vitest';
import { refusalOf, silentLog, temporaryFolder } from '../../providers/package.fixture.js';
import { createKeyring } from './keyring.js';
import { memoryKeyring } from './keyring.fixture.js';
import { openSecretStore } from './open-secret-store.js';

test('a keyring that does not answer is given up, and the native call is told to stop', async () => {
  vi.useFakeTimers();
  let stopped: AbortSignal | null | undefined;
  class AsyncEntry {
    async setPassword(_: string, signal?: AbortSignal | null): Promise<void> {
      stopped = signal;
      return new Promise(() => {});
    }
    getPassword = async () => null;
    deleteCredential = async () => false;
  }
  const refusal = refusalOf(createKeyring(async () => ({ AsyncEntry })).probe());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await refusal).toMatchObject({ code: 'keyring-unavailable', details: { reason: 'it did not answer within 5 s' } });
  expect(stopped?.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('without a desktop session, the reason says so', async () => {
  const { load, state } = memoryKeyring();
  state.fault = new Error('Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time.');
  expect((await refusalOf(createKeyring(load).probe())).details).toEqual({ reason: 'there is no desktop session that could have one' });
});

test('probing leaves nothing in the keyring', async () => {
  const { entries, load } = memoryKeyring();
  await createKeyring(load).probe();
  expect(entries.size).toBe(0);
});

// Needs an unlocked keyring: dbus-run-session -- sh -c 'printf x | gnome-keyring-daemon --unlock --components=secrets; HOLDFAST_TEST_KEYRING=1 npx vitest run keyring'
test.skipIf(process.env['HOLDFAST_TEST_KEYRING'] === undefined)('the keyring of this machine keeps the key', async () => {
  const options = { dataDir: await temporaryFolder(), instanceId: 'test', log: silentLog, environment: {} };
  const store = await openSecretStore(options);
  await store.set('a', { token: 'canary' });
  const next = await openSecretStore(options);
  expect([await next.of('a'), next.kind, await next.examine()]).toEqual([{ token: 'canary' }, 'keyring', []]);
  await next.move('file');
  expect([await next.of('a'), next.kind]).toEqual([{ token: 'canary' }, 'file']);
});
