import { randomBytes } from 'node:crypto';
import { badRequest, notFound } from './api-error.js';
import { Buckets } from './buckets.js';
import type { FileVersion, Part, UnfinishedFile } from './file-versions.js';
import { Keys } from './keys.js';
import type { B2ServerOptions } from './server-interface.js';
import { release, type StoredBytes } from './stored-bytes.js';
import { Tokens } from './tokens.js';

/** All that the server knows. */
export class Account {
  readonly accountId = randomBytes(6).toString('hex');
  readonly buckets = new Buckets();
  readonly keys: Keys;
  readonly tokens: Tokens;
  readonly bytes: StoredBytes;
  readonly now: () => number;
  readonly absoluteMinimumPartSize: number;
  readonly recommendedPartSize: number;
  /** Where it is reached; known once it listens. */
  url = '';
  readonly #files = new Map<string, FileVersion>();
  #serial = 0;

  constructor(options: B2ServerOptions, bytes: StoredBytes) {
    this.now = options.now ?? Date.now;
    this.keys = new Keys(this.accountId, options.masterKey);
    this.tokens = new Tokens(this.now);
    this.bytes = bytes;
    this.absoluteMinimumPartSize = options.absoluteMinimumPartSize ?? 5_000_000;
    this.recommendedPartSize = options.recommendedPartSize ?? 100_000_000;
  }

  /** What a new version is known by. */
  newVersion(bucketId: string, fileName: string, uploadTimestamp = this.now()) {
    this.#serial += 1;
    const [day = '', time = ''] = new Date(uploadTimestamp).toISOString().split('T');
    const at = `d${day.replaceAll('-', '')}_m${time.slice(0, 8).replaceAll(':', '')}`;
    const unique = `f${randomBytes(4).toString('hex')}${this.#serial.toString(16).padStart(8, '0')}`;
    const fileId = `4_z${bucketId}_${unique}_${at}_c001_v0001000_t0000_u${String(uploadTimestamp).padStart(14, '0')}`;
    return { fileId, fileName, bucketId, uploadTimestamp, serial: this.#serial };
  }

  addVersion(version: FileVersion): void {
    this.buckets.get(version.bucketId).versions.add(version);
    this.#files.set(version.fileId, version);
  }

  /** Removes a version and its bytes. */
  removeVersion(version: FileVersion): void {
    this.buckets.get(version.bucketId).versions.remove(version);
    this.#files.delete(version.fileId);
    if (version.action === 'upload') release(version.body);
    if (version.action === 'start') for (const { body } of version.parts.values()) release(body);
  }

  version(fileId: string): FileVersion {
    if (!fileId.startsWith('4_z')) throw badRequest(`Bad fileId: ${fileId}`);
    const version = this.#files.get(fileId);
    if (version === undefined) throw notFound(`File not present: ${fileId}`);
    return version;
  }

  /** Takes the place of a part with the same number. Throws, and frees the part, where the file is finished or cancelled meanwhile. */
  addPart(fileId: string, part: Part): void {
    try {
      const { parts } = this.unfinishedFile(fileId);
      const replaced = parts.get(part.partNumber);
      parts.set(part.partNumber, part);
      if (replaced) release(replaced.body);
    } catch (error) {
      release(part.body);
      throw error;
    }
  }

  /** The large file, where it is neither finished nor cancelled. */
  unfinishedFile(fileId: string): UnfinishedFile {
    const version = this.#files.get(fileId);
    if (version?.action !== 'start') throw badRequest(`No active upload for: ${fileId}`);
    return version;
  }
}
