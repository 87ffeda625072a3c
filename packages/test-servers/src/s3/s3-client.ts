import type { S3Contents } from './s3-server.js';
import { type S3Account, type S3Answer, type S3Request, sendSigned } from './signed-request.js';
import { elements, textOf } from './xml-elements.js';

/** The few calls with which tests prepare a bucket and look into it. Shares nothing with the clients that are tested. */
export function createS3Client(account: S3Account, { pageSize = 1000 }: { readonly pageSize?: number } = {}) {
  async function call(request: S3Request): Promise<S3Answer> {
    const answer = await sendSigned(account, request);
    if (answer.status >= 300) throw new S3CallError(request, answer);
    return answer;
  }

  /** Gathers a list of the bucket, page by page, with all keys and markers percent-encoded. */
  async function listAll<T>(
    bucket: string,
    query: Readonly<Record<string, string>>,
    /** The names of the parameters that ask for the next page, with the elements that hold them. */
    markers: Readonly<Record<string, string>>,
    read: (page: string) => readonly T[],
  ): Promise<T[]> {
    const found: T[] = [];
    for (let position: Record<string, string> = {}; ; ) {
      const { body } = await call({ method: 'GET', bucket, query: { ...query, ...position, 'encoding-type': 'url' } });
      const page = body.toString();
      found.push(...read(page));
      if (textOf(page, 'IsTruncated') !== 'true') return found;
      position = Object.fromEntries(
        Object.entries(markers).map(([name, element]) => [name, name === 'key-marker' ? keyIn(page, element) : textOf(page, element)]),
      );
    }
  }

  const versions = async (bucket: string) =>
    listAll(
      bucket,
      { versions: '', 'max-keys': String(pageSize) },
      { 'key-marker': 'NextKeyMarker', 'version-id-marker': 'NextVersionIdMarker' },
      (page) =>
        ['Version', 'DeleteMarker'].flatMap((kind) =>
          elements(page, kind).map((entry) => ({
            key: keyIn(entry, 'Key'),
            versionId: textOf(entry, 'VersionId'),
            marker: kind === 'DeleteMarker',
            latest: textOf(entry, 'IsLatest') === 'true',
          })),
        ),
    ).catch((error: unknown) => {
      // Some services have no versions.
      if (error instanceof S3CallError && error.status === 501) return undefined;
      throw error;
    });

  const client = {
    /** Whether it answers a signed request. */
    async isUp(): Promise<boolean> {
      const answer = await sendSigned(account, { method: 'GET', bucket: '' }).catch(() => undefined);
      return answer?.status === 200;
    },

    async createBucket(bucket: string): Promise<void> {
      const place = `<CreateBucketConfiguration><LocationConstraint>${account.region}</LocationConstraint></CreateBucketConfiguration>`;
      await call({ method: 'PUT', bucket, body: ['us-east-1', 'auto'].includes(account.region) ? '' : place });
    },

    async keepVersions(bucket: string): Promise<void> {
      const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
      await call({ method: 'PUT', bucket, query: { versioning: '' }, body });
    },

    async setPolicy(bucket: string, statements: readonly unknown[]): Promise<void> {
      await call({ method: 'PUT', bucket, query: { policy: '' }, body: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
    },

    async get(bucket: string, key: string): Promise<S3Answer> {
      return call({ method: 'GET', bucket, key });
    },

    async put(bucket: string, key: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
      await call({ method: 'PUT', bucket, key, body, headers });
    },

    async contents(bucket: string): Promise<S3Contents> {
      const objects = await listAll(
        bucket,
        { 'list-type': '2', 'max-keys': String(pageSize) },
        { 'continuation-token': 'NextContinuationToken' },
        (page) =>
          elements(page, 'Contents').map((entry) => ({
            key: keyIn(entry, 'Key'),
            size: Number(textOf(entry, 'Size')),
            etag: textOf(entry, 'ETag').replaceAll('"', ''),
          })),
      );
      const hidden = ((await versions(bucket)) ?? [])
        .filter(({ latest, marker }) => marker || !latest)
        .map(({ key, versionId, marker }) => ({ key, versionId, marker }));
      const uploads = await listAll(
        bucket,
        { uploads: '', 'max-uploads': String(pageSize) },
        { 'key-marker': 'NextKeyMarker', 'upload-id-marker': 'NextUploadIdMarker' },
        (page) => elements(page, 'Upload').map((entry) => ({ key: keyIn(entry, 'Key'), uploadId: textOf(entry, 'UploadId') })),
      );
      return { objects, hidden, uploads };
    },

    /** With all that is in it. */
    async removeBucket(bucket: string): Promise<void> {
      const { objects, uploads } = await client.contents(bucket);
      const stored = (await versions(bucket)) ?? objects.map(({ key }) => ({ key, versionId: '' }));
      const requests: S3Request[] = [
        ...uploads.map(({ key, uploadId }) => ({ method: 'DELETE' as const, bucket, key, query: { uploadId } })),
        ...stored.map(({ key, versionId }) => ({
          method: 'DELETE' as const,
          bucket,
          key,
          ...(versionId !== '' && { query: { versionId } }),
        })),
      ];
      while (requests.length > 0) await Promise.all(requests.splice(0, 20).map(call));
      await call({ method: 'DELETE', bucket });
    },
  };
  return client;
}

class S3CallError extends Error {
  readonly status: number;

  constructor({ method, bucket, key }: S3Request, { status, body }: S3Answer) {
    super(`${method} /${bucket}${key === undefined ? '' : `/${key}`}: ${status} ${textOf(body.toString(), 'Code')}`);
    this.status = status;
  }
}

function keyIn(xml: string, element: string): string {
  return decodeURIComponent(textOf(xml, element).replaceAll('+', ' '));
}
