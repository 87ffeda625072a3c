import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { ProviderError, type ProviderLogger } from '../../provider-api/index.js';
import { buildChildEntry } from '../child/child-entry.fixture.js';
import type { ProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import { createProviderConnection, type ProviderConnection, type ProviderConnectionOptions } from './provider-connection.js';
import { defaultRuntimeLimits } from './runtime-limits.js';

export interface Connected {
  readonly connection: ProviderConnection;
  readonly child: ChildProcess;
  readonly faults: string[];
  /** Whether the process was unresponsive, as it was told. */
  readonly responses: boolean[];
  readonly fatal: string[];
  readonly logged: string[];
  /** Ends it, if it has not ended. */
  end(): Promise<void>;
}

type Changes = Partial<Pick<ProviderConnectionOptions, 'limits' | 'log'>> & { readonly entry?: string };

/** Starts a provider's process plainly, without limits and permissions, and connects to it. */
export async function connect(found: ProviderPackage, changes: Changes = {}): Promise<Connected> {
  const entry = changes.entry ?? (await buildChildEntry());
  const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'], env: { PATH: '' } });
  const exited = once(child, 'exit');
  const told = { faults: [] as string[], responses: [] as boolean[], fatal: [] as string[], logged: [] as string[] };
  const connection = createProviderConnection({
    control: channelOf(child, 3),
    data: channelOf(child, 4),
    found,
    limits: changes.limits ?? defaultRuntimeLimits,
    log: changes.log ?? (({ level, message, locationId = '' }) => void told.logged.push(`${level} ${locationId} ${message}`)),
    onUnresponsive: (unresponsive) => void told.responses.push(unresponsive),
    onFault: (reason) => {
      told.faults.push(reason);
      child.kill('SIGKILL');
    },
    onFatal: ({ name, message }) => void told.fatal.push(`${name}: ${message}`),
    onClosed: () => connection.close(new ProviderError('unavailable', 'The process ended.')),
  });
  return {
    connection,
    child,
    ...told,
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A runtime as thin as can be around a connection. */
export function createConnectedRuntime(found: ProviderPackage, log: ProviderLogger): ProviderRuntime {
  let starting: Promise<Connected> | undefined;
  const started = () => (starting ??= start());
  async function start(): Promise<Connected> {
    const connected = await connect(found, { log: ({ level, message }) => log[level](message) });
    try {
      await connected.connection.start();
      return connected;
    } catch (error) {
      starting = undefined;
      await connected.end();
      throw error;
    }
  }
  const connection = async () => (await started()).connection;
  return {
    activate: async () => void (await started()),
    validate: async (...given) => (await connection()).validate(...given),
    open: async (...given) => (await connection()).open(...given),
    migrate: async (...given) => (await connection()).migrate(...given),
    place: async (...given) => (await connection()).place(...given),
    nextStep: async (...given) => (await connection()).nextStep(...given),
    status: () => {
      throw new Error('Only whole runtimes have a status.');
    },
    async [Symbol.asyncDispose]() {
      const connected = await starting?.catch(() => undefined);
      await connected?.connection.shutdown();
      await connected?.end();
    },
  };
}

function channelOf(child: ChildProcess, fd: number): Duplex {
  const channel = child.stdio[fd];
  if (channel instanceof Duplex) return channel;
  throw new Error(`The process has no channel ${fd}.`);
}
