import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrivateFolder } from '../../base/atomic-file.js';
import type { Clock } from '../../base/clock.js';
import { namesIn } from '../../base/names-in.js';
import { acquireLock } from '../../base/process-lock.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { readDataFile, writeDataFile } from '../data-file.js';
import { configError } from '../errors.js';
import type { SecretStore } from '../secrets/secret-store.js';
import { type FlowRecord, type FlowSecrets, fromSecretEntries, parseFlowRecord, toSecretEntries } from './flow-record.js';

const format = 1;
const lifetimeMilliseconds = 24 * 60 * 60 * 1000;

/** A flow with its secrets. */
export interface KeptFlow {
  readonly record: FlowRecord;
  readonly secrets: FlowSecrets;
}

/** Keeps unfinished flows: `<dataDir>/flows/<token>.json`, and what is secret in the secret store under `flow:<token>`. */
export interface FlowStore {
  create(record: FlowRecord): Promise<void>;
  /** Keeps other processes from going on with the flow meanwhile. `flow-busy` if one does, `unknown-flow` */
  hold(token: string): Promise<AsyncDisposable>;
  /** `undefined` if there is none, or it is older than a day. */
  read(token: string): Promise<KeptFlow | undefined>;
  /** Replaces it, all or nothing. Returns what it is now. */
  change(before: KeptFlow, after: KeptFlow): Promise<KeptFlow>;
  remove(record: Pick<FlowRecord, 'token' | 'hasSecrets'>): Promise<void>;
  /** Those that can be read; what is older than a day is removed. */
  list(): Promise<readonly FlowRecord[]>;
}

interface FlowStoreOptions {
  readonly dataDir: string;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly log: ProviderLogger;
}

export function createFlowStore({ dataDir, secrets, clock, log }: FlowStoreOptions): FlowStore {
  const folder = join(dataDir, 'flows');
  const pathOf = (token: string) => join(folder, `${token}.json`);
  const lockOf = (token: string) => join(folder, `${token}.lock`);
  const ownerOf = (token: string) => `flow:${token}`;
  const write = (record: FlowRecord) => writeDataFile(pathOf(record.token), { version: format, ...record });

  // It may come from anywhere, and becomes a path.
  const isToken = (text: string) => /^[0-9a-f]{32}$/.test(text);

  async function readRecord(token: string): Promise<FlowRecord | undefined> {
    if (!isToken(token)) return undefined;
    const record = await readDataFile(pathOf(token), format, parseFlowRecord);
    if (record === undefined || clock.now().getTime() - Date.parse(record.changedAt) <= lifetimeMilliseconds) return record;
    await remove(record);
    return undefined;
  }

  async function remove({ token, hasSecrets }: Pick<FlowRecord, 'token' | 'hasSecrets'>): Promise<void> {
    if (hasSecrets) await secrets.set(ownerOf(token), undefined);
    await rm(pathOf(token), { force: true });
    // A process that was killed leaves one.
    await rm(lockOf(token), { force: true });
  }

  return {
    async create(record) {
      await ensurePrivateFolder(folder);
      await write(record);
    },
    async hold(token) {
      if (!isToken(token) || !existsSync(folder)) throw configError('unknown-flow', { token });
      const taken = await acquireLock(lockOf(token), 'going on with a set-up');
      if (taken.state === 'held') return taken.lock;
      const { pid = 'unknown', host = 'this machine', since = 'just now' } = taken.holder ?? {};
      throw configError('flow-busy', { pid, host, since });
    },
    async read(token) {
      const record = await readRecord(token);
      if (record === undefined) return undefined;
      const entries = record.hasSecrets ? await secrets.of(ownerOf(token)) : {};
      return { record, secrets: fromSecretEntries(record.turn, entries) };
    },
    async change(before, after) {
      const turn = before.record.turn + 1;
      const entries = toSecretEntries(turn, after.secrets);
      const hasSecrets = Object.keys(entries).length > 0;
      if (hasSecrets || before.record.hasSecrets) {
        // A crash before the file is written leaves a file that still finds its own.
        if (!before.record.hasSecrets) await write({ ...before.record, hasSecrets: true });
        await secrets.set(ownerOf(after.record.token), { ...toSecretEntries(before.record.turn, before.secrets), ...entries });
      }
      const record = { ...after.record, turn, hasSecrets: hasSecrets || before.record.hasSecrets, changedAt: clock.now().toISOString() };
      await write(record);
      return { record, secrets: after.secrets };
    },
    remove,
    async list() {
      const found: FlowRecord[] = [];
      for (const name of (await namesIn(folder)).filter((file) => file.endsWith('.json'))) {
        try {
          const record = await readRecord(name.replace(/\.json$/, ''));
          if (record !== undefined) found.push(record);
        } catch (error) {
          log.warn(`${join(folder, name)} is left out: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return found.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    },
  };
}
