/** How a bucket may be read: by keys alone, or by anyone. */
export type BucketType = 'allPrivate' | 'allPublic';

/** What happens to files by themselves. Stored and returned by this server, never carried out. Days, or null for never. */
export interface LifecycleRule {
  readonly fileNamePrefix: string;
  readonly daysFromUploadingToHiding: number | null;
  readonly daysFromHidingToDeleting: number | null;
  readonly daysFromStartingToCancelingUnfinishedLargeFiles?: number | null;
}

export interface B2ServerOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** In which stored bytes are kept while the server runs, in a folder of its own. Default: the system's folder of temporary files. */
  readonly dataFolder?: string;
  /** Default: made up. */
  readonly masterKey?: B2Key;
  /** Bytes that each part but the last has at least. Default 5,000,000 as at Backblaze. */
  readonly absoluteMinimumPartSize?: number;
  /** Bytes. Default 100,000,000. */
  readonly recommendedPartSize?: number;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

export interface B2Key {
  readonly keyId: string;
  readonly applicationKey: string;
}

export interface NewBucketOptions {
  readonly type?: BucketType;
  readonly lifecycleRules?: readonly LifecycleRule[];
}

export interface NewKeyOptions {
  /** Default: those of the console's "Read and Write". */
  readonly capabilities?: readonly string[];
  /** The name of the one bucket, or those of several. Default: all. */
  readonly bucket?: string | readonly string[];
  readonly namePrefix?: string;
  readonly expiresAt?: Date;
}

/**
 * - a status: an error as Backblaze answers it; after one of 500 and more an upload URL is refused
 * - `reset`: the connection breaks, of an upload or a download half-way
 * - `lost-answer`: the call takes effect, and then the connection breaks
 * - `stall`: nothing more comes, of a download after its first half
 * - `truncate`: the connection of a download closes after its first half
 * - `short`: a download ends after its first half as if that were all: `Content-Length` is as small
 * - `flip-byte`: a byte in the middle of what is sent or received is changed, the length is not
 * - `cap`: the cap on what the call uses is reached
 */
export type B2Fault =
  | { readonly status: number; readonly code: string; readonly message?: string /** Seconds. */; readonly retryAfter?: number }
  | 'reset'
  | 'lost-answer'
  | 'stall'
  | 'truncate'
  | 'short'
  | 'flip-byte'
  | 'cap';

export interface InjectedFault {
  /** Such as `b2_upload_part`; `b2_download_file_by_name` for what is below `/file/`; `*` for every call. */
  readonly call: string;
  readonly fault: B2Fault;
  /** How many calls it hits. Default 1. */
  readonly times?: number;
  /** How many calls go well before. Default 0. */
  readonly after?: number;
}

/** A request that came. */
export interface B2Request {
  readonly call: string;
  readonly method: string;
  /** Of the API: 1 to 4; 0 below `/file/`. */
  readonly version: number;
  /** As it was sent. */
  readonly range?: string;
  /** Bytes of the body as they were announced. */
  readonly contentLength: number;
  /** What was answered; undefined while nothing was. */
  readonly status?: number | undefined;
}

export interface BucketContents {
  readonly versions: readonly {
    readonly fileName: string;
    readonly action: 'upload' | 'hide';
    /** Bytes. */
    readonly size: number;
    readonly fileId: string;
    readonly fileInfo: Readonly<Record<string, string>>;
  }[];
  readonly unfinished: readonly {
    readonly fileName: string;
    readonly fileId: string /** How many were uploaded. */;
    readonly parts: number;
  }[];
}

/** A running emulator of Backblaze B2's native API, for one account. */
export interface B2Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: what clients call the endpoint or the realm. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly masterKey: B2Key;
  createBucket(name: string, options?: NewBucketOptions): { readonly bucketId: string };
  createKey(options?: NewKeyOptions): B2Key;
  revokeKey(keyId: string): void;
  /** All account tokens given so far are expired from now on. */
  expireTokens(): void;
  /** All that the bucket holds and bills: versions by name, the newest of a name first, and unfinished large files. */
  contents(bucket: string): BucketContents;
  /** Flips a stored byte of the newest version. */
  corrupt(bucket: string, fileName: string, offset: number): void;
  inject(fault: InjectedFault): void;
  /** Forgets the faults that were not used. */
  clearFaults(): void;
  requests(): readonly B2Request[];
  clearRequests(): void;
}
