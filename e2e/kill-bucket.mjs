// A bucket that outlives its host: each call is a request, which is carried out as a whole or not at all. Who dies before one that only reads leaves what
// who dies before the next change leaves, so those are no moments of their own.
import { pass, uncounted } from './kill-moments.mjs';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProviderError } from '@holdfast/core/provider-api';

function openBucket({ folder }) {
  const fileOf = (key) => join(folder, encodeURIComponent(key));
  const infoOf = (key) => {
    const { size } = statSync(fileOf(key));
    return { key, size, modifiedAt: new Date(0).toISOString() };
  };
  const isThere = (key) => existsSync(fileOf(key));
  return {
    async put(key, body) {
      pass(`request: put ${key}`);
      const chunks = [];
      for await (const chunk of body) chunks.push(Buffer.from(chunk));
      // Behind the last byte, and before the service makes an object of it.
      pass(`request: complete ${key}`);
      uncounted(() => writeFileSync(fileOf(key), Buffer.concat(chunks)));
      return { ...infoOf(key), verified: true };
    },
    async get(key, { offset = 0, length = Infinity }) {
      if (!isThere(key)) throw new ProviderError('not-found', `There is no ${key}.`);
      return new Blob([readFileSync(fileOf(key)).subarray(offset, offset + length)]).stream();
    },
    async head(key) {
      return isThere(key) ? infoOf(key) : undefined;
    },
    async *list(prefix) {
      for (const name of readdirSync(folder).sort()) {
        const key = decodeURIComponent(name);
        if (key.startsWith(prefix)) yield infoOf(key);
      }
    },
    async delete(key) {
      pass(`request: delete ${key}`);
      uncounted(() => rmSync(fileOf(key), { force: true }));
    },
    async [Symbol.asyncDispose]() {},
  };
}

const properties = { folder: { type: 'string' }, kept: { type: 'integer', default: 0, 'x-limit': 'maxBackups' } };

/** For `createHost({ providers: { inline } })`. Its locations have a `folder`, and how many backups are `kept`; 0 for all. */
export const bucketProvider = {
  manifest: {
    name: 'bucket-provider',
    version: '1.0.0',
    holdfast: {
      contributes: {
        providers: [
          {
            id: 'bucket',
            label: 'Bucket',
            configVersion: 1,
            configSchema: { type: 'object', required: ['folder'], properties },
            limits: { maxObjectBytes: null, maxBackups: null, requiresEncryption: false },
            features: ['rangeRead'],
          },
        ],
      },
      permissions: { network: [], filesystem: 'none' },
    },
  },
  definition: { open: async (config) => openBucket(config) },
};
