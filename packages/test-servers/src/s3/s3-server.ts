/** Keys for requests to an S3 server. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3ServerOptions {
  /** Where Ceph keeps the data: in memory (default; up to 4 GB), or in a file (a sparse one of up to 32 GB, starts slower). */
  readonly store?: 'memory' | 'file';
}

export interface S3Contents {
  /** The current objects, by key. */
  readonly objects: readonly { readonly key: string; readonly size: number; readonly etag: string }[];
  /** What a bucket with versions holds besides: replaced objects, and the markers of deleted ones. */
  readonly hidden: readonly { readonly key: string; readonly versionId: string; readonly marker: boolean }[];
  /** Multipart uploads that were neither completed nor aborted. */
  readonly uploads: readonly { readonly key: string; readonly uploadId: string }[];
}

/** An S3 server to test with: Ceph's, or the one that S3_TEST_ENDPOINT names. Buckets are addressed by path. */
export interface S3Server extends AsyncDisposable, S3Credentials {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  /** A server of our own: users, quotas and clocks may be tried on it. */
  readonly own: boolean;
  /** Makes an empty bucket, by default with a name that no other has. */
  createBucket(name?: string, options?: { readonly versions?: boolean }): Promise<string>;
  /** All that the bucket holds and bills. */
  contents(bucket: string): Promise<S3Contents>;
  /** Turns round the bits of one byte of an object, which is then stored anew. */
  corrupt(bucket: string, key: string, offset?: number): Promise<void>;
  /** Another user, who may do nothing but, in this bucket, what is listed (such as `s3:GetObject`, `s3:ListBucket`). Own servers only. */
  createUser(rights?: { readonly bucket: string; readonly actions: readonly string[] }): Promise<S3Credentials>;
  /** From now on the server doesn't know this key. Own servers only. */
  revoke(accessKeyId: string): Promise<void>;
  /** How many bytes the bucket may hold, each object counted in blocks of 4 KiB. Own servers only. */
  limit(bucket: string, bytes: number): Promise<void>;
}
