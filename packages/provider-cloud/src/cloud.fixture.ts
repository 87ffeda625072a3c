import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { FieldError, JsonRecord, Location, ProviderContext } from '@holdfast/core/provider-api';
import { isS3ServerAvailable, type S3Server, startS3Server } from '@holdfast/test-servers';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { bucketAddress } from './bucket-address.js';
import provider from './index.js';
import { parseConfig } from './parse-config.js';
import { s3Client } from './s3-client.js';

export const locationId = 'cloud-3f2a';

/** False where no S3 server can be started; in CI it has to be possible. */
export const hasServer = isS3ServerAvailable();

/** The server of a test file. */
export function serverOfFile(): { readonly s3: S3Server } {
  const file: { s3?: S3Server } = {};
  beforeAll(async () => {
    if (hasServer) file.s3 = await startS3Server();
  });
  afterAll(() => file.s3?.[Symbol.asyncDispose]());
  return {
    get s3() {
      if (file.s3 === undefined) throw new Error('There is no S3 server.');
      return file.s3;
    },
  };
}

/** Settings for a bucket of the server. */
export function settingsFor({ endpoint, region, accessKeyId, secretAccessKey }: S3Server, bucket: string) {
  return { service: 'ceph', endpoint, region, pathStyle: true, accessKeyId, secretAccessKey, bucket };
}

/** Stores something as another program would. */
export async function putForeign(s3: S3Server, bucket: string, name: string, content: Uint8Array): Promise<void> {
  const client = s3Client(bucketAddress(parseConfig(settingsFor(s3, bucket))));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: content, ContentLength: content.length }));
  client.destroy();
}

/** A new folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cloud-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What the provider logs, beside the context that it logs to. */
async function contextWithLog(overrides: Partial<ProviderContext> = {}): Promise<{ context: ProviderContext; lines: string[] }> {
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const log = { debug: note, info: note, warn: note, error: note };
  const stateFolder = overrides.stateFolder ?? (await temporaryFolder());
  return { context: { locationId, firstUse: false, log, signal: new AbortController().signal, stateFolder, ...overrides }, lines };
}

export async function openCloud(settings: JsonRecord, overrides: Partial<ProviderContext> = {}): Promise<OpenCloud> {
  const { context, lines } = await contextWithLog(overrides);
  const location = await provider.open(settings, context);
  if (!isComplete(location)) throw new Error('The cloud provider lacks a part of the contract.');
  onTestFinished(() => location[Symbol.asyncDispose]());
  return Object.assign(location, { lines });
}

export type OpenCloud = Required<Omit<Location, 'usage'>> & { readonly lines: readonly string[] };

/** What a set-up with these settings says. */
export async function validate(settings: JsonRecord, overrides: Partial<ProviderContext> = {}): Promise<readonly FieldError[]> {
  const { context } = await contextWithLog(overrides);
  return (await provider.configFlow?.validate?.(settings, context)) ?? [];
}

function isComplete(location: Location): location is Required<Omit<Location, 'usage'>> {
  return Boolean(location.putDeferred && location.check && location.sweep);
}
