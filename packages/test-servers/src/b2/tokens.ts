import { randomBytes } from 'node:crypto';
import { badToken, expiredToken } from './api-error.js';
import type { ApplicationKey } from './keys.js';

const day = 24 * 3600 * 1000;

interface Token {
  readonly token: string;
  readonly key: ApplicationKey;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface AccountToken extends Token {
  readonly kind: 'account';
  /** How many calls it is still good for. */
  callsLeft: number;
}

/** Permission to upload files into a bucket, or parts of a large file. */
export interface UploadToken extends Token {
  readonly kind: 'upload';
  /** What the upload URL ends with: it goes with this token alone. */
  readonly target: string;
  readonly bucketId: string;
  /** Of the large file. */
  readonly fileId?: string | undefined;
  inUse: boolean;
}

/** Permission to download by name what starts with a prefix. */
export interface DownloadToken extends Token {
  readonly kind: 'download';
  readonly bucketId: string;
  readonly fileNamePrefix: string;
}

type AnyToken = AccountToken | UploadToken | DownloadToken;

/** Everything that may stand in the header `Authorization` but the keys themselves. */
export class Tokens {
  readonly #tokens = new Map<string, AnyToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  forAccount(key: ApplicationKey, callsLeft = Infinity): AccountToken {
    return this.#add({ kind: 'account', callsLeft, ...this.#new(key) });
  }

  forUpload(key: ApplicationKey, bucketId: string, fileId?: string): UploadToken {
    const target = `${fileId ?? bucketId}/c001_v0001${randomBytes(4).toString('hex')}_t0000`;
    return this.#add({ kind: 'upload', bucketId, fileId, target, inUse: false, ...this.#new(key) });
  }

  forDownload(key: ApplicationKey, bucketId: string, fileNamePrefix: string, validMs: number): DownloadToken {
    return this.#add({ kind: 'download', bucketId, fileNamePrefix, ...this.#new(key, validMs) });
  }

  /** Throws where the token is none, is expired, or where its key is gone. */
  get(token: string | undefined): AnyToken {
    const found = token === undefined ? undefined : this.#tokens.get(token);
    if (found === undefined) throw badToken();
    if (found.expiresAt <= this.#now()) throw expiredToken();
    return found;
  }

  /** As `get`, for a call of the API. */
  useForCall(token: string | undefined): AccountToken {
    const found = this.get(token);
    if (found.kind !== 'account') throw badToken();
    if (found.callsLeft <= 0) throw expiredToken();
    found.callsLeft -= 1;
    return found;
  }

  /** From now on it is not known any more. */
  drop(token: UploadToken): void {
    this.#tokens.delete(token.token);
  }

  expireAccountTokens(): void {
    for (const token of this.#tokens.values()) if (token.kind === 'account') token.expiresAt = 0;
  }

  /** Forgets what was given to a key. */
  revoke(keyId: string): void {
    for (const token of this.#tokens.values()) if (token.key.keyId === keyId) this.#tokens.delete(token.token);
  }

  #new(key: ApplicationKey, validMs = day): Token {
    const expiresAt = Math.min(this.#now() + validMs, key.expirationTimestamp ?? Infinity);
    return { token: `4_${key.keyId}_${randomBytes(18).toString('base64url')}_acct`, key, expiresAt };
  }

  #add<Kind extends AnyToken>(token: Kind): Kind {
    this.#tokens.set(token.token, token);
    return token;
  }
}
