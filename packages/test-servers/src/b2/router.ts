import type { IncomingMessage, ServerResponse } from 'node:http';
import { Access } from './access.js';
import type { Account } from './account.js';
import { ApiError, notFound } from './api-error.js';
import { authorizeAccount } from './calls/authorize.js';
import { bucketCalls } from './calls/buckets.js';
import type { CallDefinition } from './calls/call.js';
import { copyCalls } from './calls/copies.js';
import { fileCalls } from './calls/files.js';
import { keyCalls } from './calls/keys.js';
import { largeFileCalls } from './calls/large-files.js';
import { listCalls } from './calls/lists.js';
import { asFirstVersion, type JsonObject } from './descriptions.js';
import { downloadById, downloadByName } from './downloads.js';
import { answer, answerError, faultyBody, readJson, reset, stall } from './exchange.js';
import { errorOf, type Faults } from './faults.js';
import { Fields } from './fields.js';
import type { RequestLog } from './request-log.js';
import type { B2Fault } from './server-interface.js';
import { TestModes } from './test-modes.js';
import { endsUploadUrl, tokenOf, uploadFile, uploadPart } from './uploads.js';

const calls: ReadonlyMap<string, CallDefinition> = new Map(
  Object.entries({ ...bucketCalls, ...keyCalls, ...fileCalls, ...listCalls, ...largeFileCalls, ...copyCalls }),
);
const uploadCalls: ReadonlyMap<string, typeof uploadFile> = new Map([
  ['b2_upload_file', uploadFile],
  ['b2_upload_part', uploadPart],
]);

/** Where a request goes to. */
interface Route {
  readonly call: string;
  /** 0 below `/file/`. */
  readonly version: number;
  /** The path behind the call. */
  readonly rest: string;
}

function routeOf({ pathname }: URL): Route {
  if (pathname.startsWith('/file/')) return { call: 'b2_download_file_by_name', version: 0, rest: pathname.slice('/file/'.length) };
  const [, version = '', call = '', rest = ''] = /^\/b2api\/v([1-4])\/(b2_[a-z_]+)\/?(.*)$/.exec(pathname) ?? [];
  return { call, version: Number(version), rest };
}

/** Answers the requests of an account's clients. */
export class Router {
  readonly #account: Account;
  readonly #faults: Faults;
  readonly #log: RequestLog;
  readonly #modes = new TestModes();

  constructor(account: Account, faults: Faults, log: RequestLog) {
    this.#account = account;
    this.#faults = faults;
    this.#log = log;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that talks through a proxy sends the whole address.
    const url = new URL(request.url ?? '/', this.#account.url);
    const route = routeOf(url);
    this.#log.add(route.call, route.version, request, response);
    const fault = this.#faults.take(route.call);
    try {
      if (uploadCalls.has(route.call)) await this.#upload(request, response, route, fault);
      else await this.#call(request, response, url, route, fault);
    } catch (error) {
      if (response.destroyed || request.socket.destroyed) return;
      if (!(error instanceof ApiError) || response.headersSent) reset(response);
      else await answerError(request, response, error);
    }
  }

  async #call(request: IncomingMessage, response: ServerResponse, url: URL, route: Route, fault: B2Fault | undefined): Promise<void> {
    const injected = errorOf(fault, route.call);
    if (injected) throw injected;
    if (route.call.startsWith('b2_download_file_')) {
      const download = { account: this.#account, request, response, url, fault };
      if (fault === 'lost-answer') reset(response);
      else if (route.call === 'b2_download_file_by_name') await downloadByName(download, route.rest);
      else await downloadById(download, request.method === 'POST' ? await fileIdOf(request) : url.searchParams.get('fileId'));
      return;
    }
    const body = await readJson(request);
    if (fault === 'reset') reset(response);
    else if (fault === 'stall') await stall(response);
    else answer(response, await this.#run(request, url, route, body), fault);
  }

  async #run(request: IncomingMessage, url: URL, { call, version }: Route, body: string): Promise<JsonObject> {
    const account = this.#account;
    const { authorization } = request.headers;
    const address = addressOf(request) ?? account.url;
    if (call === 'b2_authorize_account') {
      return authorizeAccount(account, { authorization, version, address, expiresEarly: this.#modes.expiresTokens(request) });
    }
    const definition = calls.get(call);
    if (definition === undefined) throw notFound(`Unknown API call: ${url.pathname}`);
    const isGet = request.method === 'GET' && definition.byGet === true;
    if (!isGet && request.method !== 'POST') throw new ApiError(405, 'method_not_allowed', `only POST is supported: ${call}`);
    const { key } = account.tokens.useForCall(authorization);
    if (definition.uploads) this.#modes.checkCap(request);
    const fields = isGet ? Fields.fromQuery(url.searchParams) : Fields.fromJson(body);
    const document = await definition.run({ account, access: new Access(key), fields, version, address });
    return version === 1 ? asFirstVersion(document) : document;
  }

  async #upload(request: IncomingMessage, response: ServerResponse, { call, rest }: Route, fault: B2Fault | undefined): Promise<void> {
    const account = this.#account;
    const run = uploadCalls.get(call) ?? uploadFile;
    if (request.method !== 'POST') throw new ApiError(405, 'method_not_allowed', 'only POST is supported');
    const token = tokenOf({ account, request, target: rest });
    try {
      const injected = errorOf(fault, call);
      if (injected) throw injected;
      this.#modes.checkUpload(request);
      const source = faultyBody(request, response, fault);
      answer(response, await run({ account, request, target: rest, source }), fault);
    } catch (error) {
      if (endsUploadUrl(error)) account.tokens.drop(token);
      throw error;
    }
  }
}

/** As a client sees it that comes through a proxy of a test. Others, which take this for Backblaze, are told the address itself. */
function addressOf({ headers }: IncomingMessage): string | undefined {
  return /^(127\.0\.0\.1|localhost):\d+$/.test(headers.host ?? '') ? `http://${headers.host}` : undefined;
}

async function fileIdOf(request: IncomingMessage): Promise<string> {
  const fields = Fields.fromJson(await readJson(request));
  const fileId = fields.string('fileId');
  fields.end();
  return fileId;
}
