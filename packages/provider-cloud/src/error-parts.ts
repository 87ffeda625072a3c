/** What the client's errors say, as far as it is used. */
export interface ErrorParts {
  /** The service's name for it, or the system's. */
  readonly name: string;
  /** What the service answered with; absent if it didn't. */
  readonly status: number | undefined;
  /** The service's words. They may quote what is nobody's business: to be compared, not shown. */
  readonly message: string;
  /** For people who look for a fault. */
  readonly details: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** The bucket's, where the service corrects the one that was used. */
  readonly region: string | undefined;
  /** The clock of the service, milliseconds since 1970. */
  readonly serverTime: number | undefined;
}

/** Takes an error of the client apart. */
export function errorParts(error: unknown): ErrorParts {
  const status = numberOf(part(part(error, '$metadata'), 'httpStatusCode')) ?? numberOf(part(part(error, '$response'), 'statusCode'));
  const headers = part(part(error, '$response'), 'headers');
  const name = nameOf(error, status);
  return {
    name,
    status,
    message: textOf(part(error, 'message')) ?? '',
    details: [name, status].filter((known) => known !== undefined && known !== '').join(', ') || 'no details',
    retryAfter: secondsOf(textOf(part(headers, 'retry-after'))),
    region:
      regionOf(part(headers, 'x-amz-bucket-region')) ??
      (name === 'AuthorizationHeaderMalformed' ? regionOf(part(error, 'Region')) : undefined),
    serverTime: timeOf(part(error, 'ServerTime')) ?? timeOf(part(headers, 'date')),
  };
}

/** The name under which a failure is known; those that say nothing are left out. */
function nameOf(error: unknown, status: number | undefined): string {
  const names = [status === undefined ? part(error, 'code') : undefined, part(error, 'Code'), part(error, 'name')];
  const name = names.find((one): one is string => typeof one === 'string' && /^[\w.-]{1,64}$/.test(one)) ?? '';
  return status !== undefined && ['Unknown', 'UnknownError', 'Error', 'NotFound', String(status)].includes(name) ? '' : name;
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

function regionOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z0-9-]{1,64}$/i.test(value) ? value : undefined;
}

function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
