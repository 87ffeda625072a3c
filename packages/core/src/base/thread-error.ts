import { type ErrorDetails, HoldfastError, isHoldfastError } from './errors.js';

/** An error on its way from one thread to another, which keeps nothing of an error but its texts. */
export interface ThreadError {
  readonly kind: 'holdfast' | 'system' | 'other';
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a HoldfastError or a system error. */
  readonly code?: string;
  readonly remedy?: string;
  readonly details?: ErrorDetails;
  /** Of a system error. */
  readonly errno?: number | undefined;
  readonly syscall?: string | undefined;
  readonly path?: string | undefined;
}

export function toThreadError(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { kind: 'other', message: String(error), stack: undefined };
  const { message, stack } = error;
  if (isHoldfastError(error)) return { kind: 'holdfast', message, stack, code: error.code, remedy: error.remedy, details: error.details };
  if (!isSystemError(error)) return { kind: 'other', message, stack };
  const { code, errno, syscall, path } = error;
  return { kind: 'system', message, stack, code, errno, syscall, path };
}

export function fromThreadError({ kind, message, stack, code = '', remedy = '', details, errno, syscall, path }: ThreadError): Error {
  const error = kind === 'holdfast' ? new HoldfastError(code, message, remedy, details) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return kind === 'system' ? Object.assign(error, { code, errno, syscall, path }) : error;
}

function isSystemError(error: Error): error is NodeJS.ErrnoException & { readonly code: string } {
  return 'code' in error && typeof error.code === 'string';
}
