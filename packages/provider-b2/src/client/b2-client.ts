import { retry } from '@holdfast/object-storage';
import { type Account, createAccount } from './account.js';
import { type Authorization, requireAddress, type Session } from './authorization.js';
import { b2Error, strangeAnswer } from './b2-error.js';
import { type Bucket, parseBucket } from './bucket.js';
import { type FileVersion, parseFileVersion } from './file-version.js';
import { type JsonFields, isFields, listOf, textOf } from './json-fields.js';
import type { Timing } from './timing.js';
import { type Answer, type CallSettings, createTransport, type Credentials, type Transport } from './transport.js';
import type Library from 'backblaze-b2';

/** A page of a list, and where the next one starts; undefined behind the last. */
interface Page {
  readonly versions: readonly FileVersion[];
  readonly nextName?: string | undefined;
  readonly nextId?: string | undefined;
}

/** Which files a page shows. */
interface PageQuery {
  readonly bucketId: string;
  readonly prefix: string;
  readonly startName?: string | undefined;
  readonly startId?: string | undefined;
  /** Entries at most. */
  readonly count: number;
}

/** The calls of B2's native API, each tried again where that may help. */
export interface B2Client {
  readonly account: Account;
  readonly transport: Transport;
  readonly timing: Timing;
  /** An instance of the library for calls that need no account token, as uploads. */
  library(): Promise<Library>;
  /** Takes the key and tokens out of a text. */
  hide(text: string): string;
  authorization(signal: AbortSignal): Promise<Authorization>;
  /** The bucket of this name, undefined if the account has none. One that the key may not use is `permission-denied`. */
  findBucket(name: string, signal: AbortSignal): Promise<Bucket | undefined>;
  /** The newest versions, without those that are hidden, by name. */
  listNames(query: PageQuery, signal: AbortSignal): Promise<Page>;
  /** All versions by name, the newest of a name first. */
  listVersions(query: PageQuery, signal: AbortSignal): Promise<Page>;
  listUnfinished(query: PageQuery, signal: AbortSignal): Promise<Page>;
  fileInfo(fileId: string, signal: AbortSignal): Promise<FileVersion>;
  startLargeFile(file: NewLargeFile, signal: AbortSignal): Promise<string>;
  cancelLargeFile(fileId: string, signal: AbortSignal): Promise<void>;
  deleteVersion(version: Pick<FileVersion, 'fileId' | 'name'>, signal: AbortSignal): Promise<void>;
  /** Refuses an address, which the service gave, on which a token would travel without encryption. */
  checkAddress(address: string): string;
  /** One call, made once; a token that isn't taken is renewed. An answer that is no success is thrown. */
  once(call: OneCall, signal: AbortSignal): Promise<JsonFields>;
  close(): Promise<void>;
}

export interface NewLargeFile {
  readonly bucketId: string;
  readonly name: string;
  readonly info: Readonly<Record<string, string>>;
}

export interface OneCall {
  readonly doing: string;
  readonly run: (b2: Library, settings: CallSettings, apiUrl: string) => Promise<{ status: number; headers: unknown; data: unknown }>;
}

export function createB2Client(credentials: Credentials, endpoint: string, timing: Timing): B2Client {
  const transport = createTransport();
  const account = createAccount({ transport, credentials, endpoint, limits: { total: timing.callMs } });
  const hide = (text: string) => text.replaceAll(credentials.applicationKey, '...');

  async function once({ doing, run }: OneCall, signal: AbortSignal): Promise<JsonFields> {
    return account.use(signal, async ({ b2, authorization: { apiUrl } }: Session) => {
      const answer = await transport.send({ doing, limits: { total: timing.callMs }, signal }, (settings) => run(b2, settings, apiUrl));
      return fieldsOfSuccess(doing, answer, hide);
    });
  }
  const call = (one: OneCall, signal: AbortSignal) => retry(timing.policy, signal, () => once(one, signal));

  return {
    account,
    transport,
    timing,
    library: () => transport.client(credentials),
    hide,
    once,
    checkAddress: (address) => requireAddress(address, endpoint),
    authorization: (signal) => retry(timing.policy, signal, () => account.use(signal, async ({ authorization }) => authorization)),
    async findBucket(bucketName, signal) {
      const doing = `Looking for the bucket ${bucketName}`;
      const answer = await call({ doing, run: (b2, axiosOverride) => b2.getBucket({ bucketName, axiosOverride }) }, signal);
      const buckets = (listOf(answer, 'buckets') ?? []).flatMap((fields) => parseBucket(fields) ?? []);
      return buckets.find(({ name }) => name.toLowerCase() === bucketName.toLowerCase());
    },
    async listNames({ bucketId, prefix, startName = '', count }, signal) {
      const query = { bucketId, prefix, startFileName: startName, maxFileCount: count, delimiter: '' };
      const run: OneCall['run'] = (b2, axiosOverride) => b2.listFileNames({ ...query, axiosOverride });
      return pageOf(await call({ doing: 'Listing the files', run }, signal));
    },
    async listVersions({ bucketId, prefix, startName = '', startId, count }, signal) {
      const query = { bucketId, startFileName: startName, startFileId: startId ?? '', maxFileCount: count };
      // The library knows no prefix here, and B2 takes no empty id.
      const data = { prefix, startFileId: startId ?? null };
      const run: OneCall['run'] = (b2, settings) => b2.listFileVersions({ ...query, axiosOverride: { ...settings, data } });
      return pageOf(await call({ doing: 'Listing the versions of files', run }, signal));
    },
    async listUnfinished({ bucketId, prefix, startId, count }, signal) {
      const data = { namePrefix: prefix, maxFileCount: count, ...(startId !== undefined && { startFileId: startId }) };
      // The library lacks this call. That for an upload URL has the one field which both have.
      const run: OneCall['run'] = (b2, settings, apiUrl) => {
        const url = `${apiUrl}/b2api/v2/b2_list_unfinished_large_files`;
        return b2.getUploadUrl({ bucketId, axiosOverride: { ...settings, url, data } });
      };
      return pageOf(await call({ doing: 'Listing the unfinished uploads', run }, signal));
    },
    async fileInfo(fileId, signal) {
      const doing = 'Looking at a file';
      return versionOf(doing, await call({ doing, run: (b2, axiosOverride) => b2.getFileInfo({ fileId, axiosOverride }) }, signal));
    },
    async startLargeFile({ bucketId, name, info }, signal) {
      const doing = `Starting the upload of ${JSON.stringify(name)}`;
      const data = { contentType: 'b2/x-auto', fileInfo: info };
      const run: OneCall['run'] = (b2, settings) => b2.startLargeFile({ bucketId, fileName: name, axiosOverride: { ...settings, data } });
      const fileId = textOf(await call({ doing, run }, signal), 'fileId');
      if (fileId === undefined) throw strangeAnswer(doing);
      return fileId;
    },
    async cancelLargeFile(fileId, signal) {
      const doing = 'Cancelling an unfinished upload';
      await call({ doing, run: (b2, axiosOverride) => b2.cancelLargeFile({ fileId, axiosOverride }) }, signal);
    },
    async deleteVersion({ fileId, name }, signal) {
      const doing = `Deleting ${JSON.stringify(name)}`;
      await call({ doing, run: (b2, axiosOverride) => b2.deleteFileVersion({ fileId, fileName: name, axiosOverride }) }, signal);
    },
    async close() {
      account.close();
      await transport.close();
    },
  };
}

/** The content of an answer of success; any other is thrown. */
export function fieldsOfSuccess(doing: string, answer: Answer, hide: (text: string) => string): JsonFields {
  const { status, data } = answer;
  if (status !== 200) throw b2Error(doing, { status, data, retryAfter: answer.header('retry-after') }, hide);
  if (!isFields(data)) throw strangeAnswer(doing);
  return data;
}

export function versionOf(doing: string, fields: JsonFields): FileVersion {
  const version = parseFileVersion(fields);
  if (version === undefined) throw strangeAnswer(doing);
  return version;
}

function pageOf(answer: JsonFields): Page {
  const files = listOf(answer, 'files');
  if (files === undefined) throw strangeAnswer('Listing');
  return {
    versions: files.flatMap((fields) => parseFileVersion(fields) ?? []),
    nextName: textOf(answer, 'nextFileName'),
    nextId: textOf(answer, 'nextFileId'),
  };
}
