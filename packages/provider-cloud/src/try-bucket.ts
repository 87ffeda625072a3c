import { randomBytes } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ProviderError } from '@holdfast/core/provider-api';
import type { Bucket } from './bucket.js';
import type { BucketFacts } from './bucket-facts.js';
import { askBucket, type BucketAnswers } from './ask-bucket.js';
import { isFailure, strangeAnswer } from './call-error.js';
import { plainName } from './plain-name.js';
import { removeTrialObject } from './sweep.js';
import type { WorkNotes } from './work-notes.js';

/** What is tried, in this order. */
export type Step = 'list' | 'write' | 'read' | 'delete';

/** What came out. */
export interface Findings extends BucketAnswers {
  readonly facts: BucketFacts;
  /** False if the versions of a deleted object stay. */
  readonly removesVersions: boolean;
  /** How far the service's clock is ahead of this machine's, milliseconds. */
  readonly clockOffsetMs: number;
}

interface Trial {
  readonly bucket: Bucket;
  readonly name: string;
  readonly content: Buffer;
  readonly signal: AbortSignal;
}

const undoMs = 4_000;

/**
 * Takes a small hidden object through all that an object goes through, and finds out on the way what the bucket is like. `onStep` is told
 * what is tried next.
 */
export async function tryBucket(
  bucket: Bucket,
  notes: WorkNotes,
  signal: AbortSignal,
  onStep: (step: Step) => void = () => {},
): Promise<Findings> {
  const trial = { bucket, name: bucket.at(`.holdfast-check-${randomBytes(8).toString('hex')}`).Key, content: randomBytes(1024), signal };
  onStep('list');
  await isListed(trial);
  onStep('write');
  const note = await notes.add({ type: 'probe', name: trial.name, startedAt: Date.now() });
  try {
    await write(trial, {});
    onStep('read');
    if (!(await isListed(trial))) throw doesNotHold(bucket, 'an object that was just written is not listed');
    if (!trial.content.equals(await read(trial))) throw doesNotHold(bucket, 'what is read is not what was written');
    const [comparesDigests, heedsConditions, answers] = await Promise.all([
      isRefused(write(trial, { ContentMD5: randomBytes(16).toString('base64') }), 'damaged'),
      isRefused(write(trial, { IfNoneMatch: '*' }), 'changed'),
      askBucket(bucket, trial.name, signal),
    ]);
    onStep('delete');
    const removesVersions = await removeTrialObject(bucket, trial.name, signal);
    await note.remove();
    const clockOffsetMs = bucket.client.config.systemClockOffset;
    return { ...answers, facts: { comparesDigests, heedsConditions, ...answers.known }, removesVersions, clockOffsetMs };
  } catch (error) {
    await removeTrialObject(bucket, trial.name, AbortSignal.timeout(undoMs)).then(note.remove, note.giveUp);
    throw error;
  }
}

async function isListed({ bucket, name, signal }: Trial): Promise<boolean> {
  const input = { Bucket: bucket.address.bucket, Prefix: name, MaxKeys: 1, EncodingType: 'url' as const };
  const {
    Contents = [],
    EncodingType,
    IsTruncated,
  } = await bucket.call({ doing: 'Listing the objects', signal }, (client, options) =>
    client.send(new ListObjectsV2Command(input), options),
  );
  if (IsTruncated === undefined) throw strangeAnswer('Listing the objects');
  return Contents.some(({ Key = '' }) => plainName(Key, EncodingType) === name);
}

function write(
  { bucket, name, content, signal }: Trial,
  more: { readonly ContentMD5?: string; readonly IfNoneMatch?: string },
): Promise<unknown> {
  const input = { Bucket: bucket.address.bucket, Key: name, Body: content, ContentLength: content.length, ...more };
  const isMeantToFail = Object.keys(more).length > 0;
  return bucket.call(
    { doing: 'Writing an object', signal, ...(isMeantToFail && { policy: { ...bucket.policy, attempts: 1 } }) },
    (client, options) => client.send(new PutObjectCommand(input), options),
  );
}

async function read({ bucket, name, signal }: Trial): Promise<Buffer> {
  const input = { Bucket: bucket.address.bucket, Key: name };
  return bucket.call({ doing: 'Reading an object', signal }, async (client, options) => {
    const { Body } = await client.send(new GetObjectCommand(input), options);
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  });
}

/** True if the service refused what it must refuse; only that answer proves that it looked. */
async function isRefused(request: Promise<unknown>, kind: 'damaged' | 'changed'): Promise<boolean> {
  try {
    await request;
    return false;
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'cancelled') throw error;
    return isFailure(error, kind);
  }
}

function doesNotHold({ address }: Bucket, reason: string): ProviderError {
  return new ProviderError('corrupt', `The bucket ${JSON.stringify(address.bucket)} does not keep objects: ${reason}.`);
}
