import type { Timing } from './timing.js';
import { retry } from '@holdfast/object-storage';
import { ProviderError } from '@holdfast/core/provider-api';
import { type B2Client, fieldsOfSuccess, type OneCall } from './b2-client.js';
import { B2Error, strangeAnswer } from './b2-error.js';
import { type JsonFields, textOf } from './json-fields.js';
import type { Answer, CallSettings } from './transport.js';

/** Where bytes are sent to. Each leads to one machine, and takes one stream at a time. */
interface UploadUrl {
  readonly url: string;
  readonly token: string;
}

/** Upload URLs for the files of a bucket, or for the parts of a large file. */
export interface UploadUrls {
  /** Sends with a URL that nobody else uses. After a failure it is thrown away, and the next attempt gets a new one: another machine. */
  send(upload: Upload, signal: AbortSignal): Promise<JsonFields>;
}

interface Upload {
  readonly doing: string;
  readonly run: (
    target: UploadUrl,
    settings: CallSettings,
    touch: () => void,
  ) => Promise<{ status: number; headers: unknown; data: unknown }>;
}

export function uploadUrlsOfBucket(client: B2Client, bucketId: string): UploadUrls {
  return uploadUrls(client, {
    doing: 'Asking for an upload URL',
    run: (b2, axiosOverride) => b2.getUploadUrl({ bucketId, axiosOverride }),
  });
}

export function uploadUrlsOfLargeFile(client: B2Client, fileId: string): UploadUrls {
  return uploadUrls(client, {
    doing: 'Asking for an upload URL',
    run: (b2, axiosOverride) => b2.getUploadPartUrl({ fileId, axiosOverride }),
  });
}

function uploadUrls(client: B2Client, ask: OneCall): UploadUrls {
  const { timing, transport, hide } = client;
  const idle: UploadUrl[] = [];

  async function take(signal: AbortSignal): Promise<UploadUrl> {
    const kept = idle.pop();
    if (kept !== undefined) return kept;
    const fields = await client.once(ask, signal);
    const url = textOf(fields, 'uploadUrl');
    const token = textOf(fields, 'authorizationToken');
    if (url === undefined || token === undefined) throw strangeAnswer(ask.doing);
    return { url: client.checkAddress(url), token };
  }

  async function attempt({ doing, run }: Upload, signal: AbortSignal): Promise<JsonFields> {
    const target = await take(signal);
    const call = { doing, signal, limits: limitsOf(timing) };
    const answer = await transport.send(call, (settings, touch) => run(target, settings, touch));
    const fields = resultOf(doing, answer, hide);
    idle.push(target);
    return fields;
  }

  return { send: (upload, signal) => retry(timing.policy, signal, () => attempt(upload, signal)) };
}

function limitsOf({ uploadIdleMs }: Timing) {
  return { idle: uploadIdleMs };
}

function resultOf(doing: string, answer: Answer, hide: (text: string) => string): JsonFields {
  try {
    return fieldsOfSuccess(doing, answer, hide);
  } catch (error) {
    if (error instanceof B2Error && isOverAtAnotherUrl(error)) throw new ProviderError('unavailable', error.message);
    throw error;
  }
}

/** The URL's token has ended, or bytes were changed on their way. */
function isOverAtAnotherUrl({ status, message }: B2Error): boolean {
  return status === 401 || (status === 400 && /sha-?1|checksum/i.test(message));
}
