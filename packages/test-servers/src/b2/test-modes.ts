import type { IncomingMessage } from 'node:http';
import { ApiError, expiredToken } from './api-error.js';

/** What clients may ask for in `X-Bz-Test-Mode`, to try how they cope. */
export class TestModes {
  #uploads = 0;

  expiresTokens(request: IncomingMessage): boolean {
    return modeOf(request) === 'expire_some_account_authorization_tokens';
  }

  /** Throws where caps are to seem exceeded. */
  checkCap(request: IncomingMessage): void {
    if (modeOf(request) === 'force_cap_exceeded') throw new ApiError(403, 'cap_exceeded', 'Usage cap exceeded.');
  }

  /** One of three uploads fails, in changing ways. */
  checkUpload(request: IncomingMessage): void {
    this.checkCap(request);
    if (modeOf(request) !== 'fail_some_uploads') return;
    const number = this.#uploads;
    this.#uploads += 1;
    if (number % 3 !== 0) return;
    if (number % 9 === 0) throw new ApiError(503, 'service_unavailable', 'no tomes available');
    if (number % 9 === 3) throw expiredToken();
    throw new ApiError(500, 'internal_error', 'incident id 0123456789ab');
  }
}

const modeOf = (request: IncomingMessage) => request.headers['x-bz-test-mode'];
