import type { S3Client } from '@aws-sdk/client-s3';
import type { ProviderLogger } from '@holdfast/core/provider-api';
import { inTimeLimit, retry, type RetryPolicy } from '@holdfast/object-storage';
import type { BucketAddress } from './bucket-address.js';
import { callError } from './call-error.js';
import { s3Client } from './s3-client.js';

/** What goes with each request, so that it ends when the call does. */
interface RequestOptions {
  readonly abortSignal: AbortSignal;
}

/** One call: what it does, as errors say it (`Writing "a.tar"`), and its bounds. */
interface BucketCall {
  readonly doing: string;
  readonly signal: AbortSignal;
  /** How long one attempt may take, milliseconds; Infinity where only silence counts. Default 2 minutes. */
  readonly limitMs?: number;
  /** Default: the bucket's. */
  readonly policy?: RetryPolicy;
}

/** A bucket that can be asked. */
export interface Bucket extends Disposable {
  readonly address: BucketAddress;
  readonly log: ProviderLogger;
  readonly policy: RetryPolicy;
  /** Names the object among all that the service keeps. */
  at(key: string): { readonly Bucket: string; readonly Key: string };
  /** Runs a request, again where that may help. `attempt` counts from 1. Its failure is a `ProviderError`. */
  call<T>(call: BucketCall, request: (client: S3Client, options: RequestOptions, attempt: number) => Promise<T>): Promise<T>;
  /** The error for one that a request threw, of whose attempts the caller keeps count. */
  explain(error: unknown, doing: string): Error;
  readonly client: S3Client;
}

const ordinaryLimitMs = 120_000;

export function openBucket(
  address: BucketAddress,
  { log, policy }: { readonly log: ProviderLogger; readonly policy: RetryPolicy },
): Bucket {
  const client = s3Client(address);
  const explain = (error: unknown, doing: string) => callError(error, `${doing} in the bucket ${JSON.stringify(address.bucket)}`);
  return {
    address,
    log,
    policy,
    client,
    explain,
    at: (key) => ({ Bucket: address.bucket, Key: `${address.prefix}${key}` }),
    call({ doing, signal, limitMs = ordinaryLimitMs, policy: ownPolicy = policy }, request) {
      const limits = Number.isFinite(limitMs) ? { total: limitMs } : {};
      const attemptOnce = (attempt: number) =>
        inTimeLimit(signal, limits, async (limit) => {
          try {
            return await request(client, { abortSignal: limit.signal }, attempt);
          } catch (error) {
            throw explain(error, doing);
          }
        });
      const onRetry = (error: Error, { attempt }: { readonly attempt: number }) => log.debug(`Attempt ${attempt}: ${error.message}`);
      return retry(ownPolicy, signal, attemptOnce, { onRetry });
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
