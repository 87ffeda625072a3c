import { createHash } from 'node:crypto';
import type { B2Key, B2Server } from './server-interface.js';

/** What tests look at in answers; an answer has some of it. */
interface Document {
  readonly accountId: string;
  readonly authorizationToken: string;
  readonly uploadUrl: string;
  readonly bucketId: string;
  readonly fileId: string;
  readonly contentSha1: string;
  readonly applicationKeyId: string;
  readonly apiInfo: { readonly storageApi: Readonly<Record<string, unknown>> };
  readonly buckets: readonly Readonly<Record<string, unknown>>[];
  readonly files: readonly {
    readonly fileName: string;
    readonly fileId: string;
    readonly action: string;
    readonly contentLength: number;
  }[];
  readonly parts: readonly { readonly partNumber: number }[];
  readonly nextFileName: string | null;
  readonly nextFileId: string | null;
  readonly nextPartNumber: number | null;
  readonly code: string;
  readonly message: string;
}

interface Answer {
  readonly status: number;
  readonly document: Document;
}

export const sha1 = (bytes: string | Uint8Array) => createHash('sha1').update(bytes).digest('hex');

/** A client with no more sense than a test needs. */
export class TestClient {
  readonly server: B2Server;
  readonly accountId: string;
  readonly token: string;

  private constructor(server: B2Server, { accountId, authorizationToken }: Document) {
    this.server = server;
    this.accountId = accountId;
    this.token = authorizationToken;
  }

  static async login(server: B2Server, key: B2Key = server.masterKey): Promise<TestClient> {
    const { document } = await authorize(server, key);
    return new TestClient(server, document);
  }

  call(name: string, parameters: object = {}, version = 4): Promise<Answer> {
    return send(`${this.server.url}/b2api/v${version}/${name}`, {
      method: 'POST',
      headers: { authorization: this.token },
      body: JSON.stringify(parameters),
    });
  }

  async upload(bucketId: string, fileName: string, content: string, headers: Record<string, string> = {}): Promise<Answer> {
    const { document } = await this.call('b2_get_upload_url', { bucketId });
    return this.uploadTo(document, content, { 'X-Bz-File-Name': encodeURIComponent(fileName), ...headers });
  }

  uploadTo(target: Pick<Document, 'uploadUrl' | 'authorizationToken'>, content: string, headers: Record<string, string>): Promise<Answer> {
    return send(target.uploadUrl, {
      method: 'POST',
      headers: {
        authorization: target.authorizationToken,
        'Content-Type': 'b2/x-auto',
        'X-Bz-Content-Sha1': sha1(content),
        ...headers,
      },
      body: content,
    });
  }

  download(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.server.url}/file/${path}`, { headers: { authorization: this.token, ...headers } });
  }
}

export function authorize(server: B2Server, { keyId, applicationKey }: B2Key, version = 4): Promise<Answer> {
  const basic = Buffer.from(`${keyId}:${applicationKey}`).toString('base64');
  return send(`${server.url}/b2api/v${version}/b2_authorize_account`, { headers: { authorization: `Basic ${basic}` } });
}

async function send(url: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  return { status: response.status, document: (await response.json()) as Document };
}
