import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { Account } from './account.js';
import { Faults } from './faults.js';
import { type NewKey, readAndWrite } from './keys.js';
import { RequestLog } from './request-log.js';
import { Router } from './router.js';
import type { B2Server, B2ServerOptions, BucketContents, NewKeyOptions } from './server-interface.js';
import { flipByte, StoredBytes } from './stored-bytes.js';

const host = '127.0.0.1';

/** Starts an emulator of Backblaze B2 with an account that holds nothing yet. */
export async function startB2Server(options: B2ServerOptions = {}): Promise<B2Server> {
  const bytes = await StoredBytes.create(options.dataFolder ?? tmpdir());
  const account = new Account(options, bytes);
  const faults = new Faults();
  const log = new RequestLog();
  const router = new Router(account, faults, log);

  // Uploads take their time, and clients keep connections for the next call.
  const http = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, highWaterMark: 2 ** 18 }, (request, response) => {
    void router.handle(request, response);
  });
  const port = await new Promise<number>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port ?? 0, host, () => {
      const address = http.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  account.url = `http://${host}:${port}`;

  return {
    url: account.url,
    host,
    port,
    masterKey: { keyId: account.keys.master.keyId, applicationKey: account.keys.master.applicationKey },
    createBucket(name, { type = 'allPrivate', lifecycleRules } = {}) {
      const { bucketId } = account.buckets.create({ name, type, lifecycleRules });
      return { bucketId };
    },
    createKey(wanted = {}) {
      const { keyId, applicationKey } = account.keys.create(newKeyOf(account, wanted));
      return { keyId, applicationKey };
    },
    revokeKey(keyId) {
      account.keys.delete(keyId);
      account.tokens.revoke(keyId);
    },
    expireTokens() {
      account.tokens.expireAccountTokens();
    },
    contents(bucket) {
      return contentsOf(account, bucket);
    },
    corrupt(bucket, fileName, offset) {
      const version = account.buckets.getNamed(bucket).versions.current(fileName);
      if (version === undefined) throw new Error(`No such file: ${fileName}`);
      flipByte(version.body, offset);
    },
    inject(fault) {
      faults.inject(fault);
    },
    clearFaults() {
      faults.clear();
    },
    requests() {
      return log.all();
    },
    clearRequests() {
      log.clear();
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await closed;
      await bytes[Symbol.asyncDispose]();
    },
  };
}

function newKeyOf({ buckets }: Account, { capabilities = readAndWrite, bucket, namePrefix, expiresAt }: NewKeyOptions): NewKey {
  const names = typeof bucket === 'string' ? [bucket] : bucket;
  return {
    keyName: 'test-key',
    capabilities,
    bucketIds: names?.map((name) => buckets.getNamed(name).bucketId),
    namePrefix,
    expirationTimestamp: expiresAt?.getTime(),
  };
}

function contentsOf({ buckets }: Account, bucket: string): BucketContents {
  const all = [...buckets.getNamed(bucket).versions.from('')];
  return {
    versions: all.flatMap((version) => {
      const { action, fileName, fileId } = version;
      if (action === 'start') return [];
      const isUpload = action === 'upload';
      return [{ fileName, action, fileId, size: isUpload ? version.body.size : 0, fileInfo: isUpload ? version.fileInfo : {} }];
    }),
    unfinished: all.flatMap((version) => {
      if (version.action !== 'start') return [];
      return [{ fileName: version.fileName, fileId: version.fileId, parts: version.parts.size }];
    }),
  };
}
