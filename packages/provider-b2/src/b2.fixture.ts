import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Location, ProviderContext } from '@holdfast/core/provider-api';
import { type B2Server, type B2ServerOptions, startB2Server } from '@holdfast/test-servers';
import { onTestFinished } from 'vitest';
import { ordinaryTiming, type Timing } from './client/timing.js';
import { createLocation } from './location.js';
import { type B2Config, settingsOf } from './settings.js';

export const locationId = 'b2-3f2a';

/** A test waits for nothing that it doesn't test. */
export const quickTiming: Timing = {
  ...ordinaryTiming,
  policy: { attempts: 6, firstDelayMs: 5, maxDelayMs: 2_000, maxTotalMs: 20_000 },
  callMs: 5_000,
  uploadIdleMs: 2_000,
  downloadIdleMs: 2_000,
};

const log = { debug() {}, info() {}, warn() {}, error() {} };

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-b2-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server with one bucket, and a key that is limited to it. */
export interface TestBucket {
  readonly server: B2Server;
  readonly bucket: string;
  readonly config: B2Config;
}

export async function startBucket(prefix = 'home/backups', options: B2ServerOptions = {}): Promise<TestBucket> {
  const server = await startB2Server(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const bucket = 'holdfast-test-bucket';
  server.createBucket(bucket);
  return { server, bucket, config: { ...server.createKey({ bucket }), bucket, prefix, endpoint: server.url } };
}

export interface OpenOptions {
  readonly timing?: Timing;
  readonly stateFolder?: string;
}

export async function openB2(
  config: B2Config,
  { timing = quickTiming, stateFolder }: OpenOptions = {},
): Promise<ReturnType<typeof createLocation>> {
  const location = createLocation(settingsOf(config), contextOf({ stateFolder: stateFolder ?? (await temporaryFolder()) }), timing);
  onTestFinished(() => location[Symbol.asyncDispose]());
  return location;
}

export function contextOf(overrides: Partial<ProviderContext> = {}): ProviderContext {
  return { locationId, firstUse: true, stateFolder: tmpdir(), log, signal: new AbortController().signal, ...overrides };
}

export const mebibyte = 2 ** 20;

/** Bytes that can't be mistaken for others of their kind. */
export function someBytes(length: number): Buffer {
  const block = randomBytes(Math.min(length, mebibyte));
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += mebibyte) {
    block.copy(bytes, at);
    bytes.writeUIntBE(at % 2 ** 48, at, Math.min(6, length - at));
  }
  return bytes;
}

/** Gives the bytes in chunks, as they are asked for. */
export function bodyOf(content: string | Buffer): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(content);
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.subarray(at, (at += 500_000)));
      },
    },
    { highWaterMark: 0 },
  );
}

export const never: AbortSignal = new AbortController().signal;

export async function read(location: Location, key: string, range: { offset?: number; length?: number } = {}): Promise<Buffer> {
  return buffer(await location.get(key, { ...range, signal: never }));
}

export async function keysOf(location: Location, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of location.list(prefix, { signal: never })) keys.push(key);
  return keys;
}
