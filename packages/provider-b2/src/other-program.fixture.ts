import { createHash } from 'node:crypto';
import type { B2Server } from '@holdfast/test-servers';
import { isFields, listOf, textOf } from './client/json-fields.js';

/** Another program with rights of its own, which uses the same bucket by plain requests. */
export interface OtherProgram {
  upload(name: string, content: Uint8Array): Promise<string>;
  hide(name: string): Promise<void>;
  startLargeFile(name: string, fileInfo?: Record<string, string>): Promise<string>;
}

export async function otherProgram(server: B2Server, bucketName: string): Promise<OtherProgram> {
  const { keyId, applicationKey } = server.masterKey;
  const basic = `Basic ${Buffer.from(`${keyId}:${applicationKey}`).toString('base64')}`;
  const account = await request(`${server.url}/b2api/v2/b2_authorize_account`, { headers: { authorization: basic } });
  const authorization = text(account, 'authorizationToken');
  const call = (name: string, parameters: object) =>
    request(`${server.url}/b2api/v2/${name}`, { method: 'POST', headers: { authorization }, body: JSON.stringify(parameters) });
  const buckets = await call('b2_list_buckets', { accountId: text(account, 'accountId'), bucketName });
  const bucketId = text((listOf(buckets, 'buckets') ?? [])[0] ?? {}, 'bucketId');
  return {
    async upload(name, content) {
      const target = await call('b2_get_upload_url', { bucketId });
      const headers = {
        authorization: text(target, 'authorizationToken'),
        'content-type': 'b2/x-auto',
        'x-bz-file-name': name.split('/').map(encodeURIComponent).join('/'),
        'x-bz-content-sha1': createHash('sha1').update(content).digest('hex'),
      };
      return text(await request(text(target, 'uploadUrl'), { method: 'POST', headers, body: Buffer.from(content) }), 'fileId');
    },
    async hide(fileName) {
      await call('b2_hide_file', { bucketId, fileName });
    },
    async startLargeFile(fileName, fileInfo = {}) {
      return text(await call('b2_start_large_file', { bucketId, fileName, contentType: 'b2/x-auto', fileInfo }), 'fileId');
    },
  };
}

async function request(url: string, options: RequestInit) {
  const response = await fetch(url, options);
  const answer: unknown = await response.json();
  if (!response.ok || !isFields(answer)) throw new Error(`${url} answers ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

function text(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = textOf(fields, name);
  if (value === undefined) throw new Error(`There is no ${name} in ${JSON.stringify(fields)}.`);
  return value;
}
