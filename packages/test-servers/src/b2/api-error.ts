/** What a call is answered with instead of a result: the status and the document `{status, code, message}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new ApiError(400, 'bad_request', message);
export const unauthorized = (message = 'not entitled') => new ApiError(401, 'unauthorized', message);
export const badToken = () => new ApiError(401, 'bad_auth_token', 'Invalid authorization token');
export const expiredToken = () => new ApiError(401, 'expired_auth_token', 'Authorization token has expired');
export const notFound = (message: string) => new ApiError(404, 'not_found', message);
