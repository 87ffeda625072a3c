import { isCount, isId, isOptional, isShape, isText } from './json-shape.js';
import { parseWireError, type WireError } from './wire-error.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** An exception that nobody caught. */
export interface FatalError {
  readonly name: string;
  readonly message: string;
  /** The first lines. */
  readonly stack: string;
}

/** What a provider's process tells the host. */
export type ChildMessage =
  /** The process runs and waits for `start`. */
  | { readonly type: 'hello'; readonly protocol: number }
  /** The package's main module has run. */
  | { readonly type: 'loaded' }
  /** The provider has prepared itself: calls may come. */
  | { readonly type: 'active' }
  /** The package can't be used. */
  | { readonly type: 'refused'; readonly error: WireError }
  /** The request has arrived. Sent before anything is done about it, so that a blocked process differs from a slow provider. */
  | { readonly type: 'acknowledge'; readonly id: number }
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: WireError }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly locationId?: string }
  /** `memory`: bytes resident. */
  | { readonly type: 'pong'; readonly id: number; readonly memory: number }
  /** All locations are closed and the provider is deactivated. */
  | { readonly type: 'stopped' }
  | { readonly type: 'fatal'; readonly error: FatalError };

/** `undefined` if the value is no such message. */
export function parseChildMessage(value: unknown): ChildMessage | undefined {
  if (!isShape(value)) return undefined;
  const { type, id } = value;
  switch (type) {
    case 'hello':
      return isCount(value['protocol']) ? { type, protocol: value['protocol'] } : undefined;
    case 'loaded':
    case 'active':
    case 'stopped':
      return { type };
    case 'refused': {
      const error = parseWireError(value['error']);
      return error && { type, error };
    }
    case 'acknowledge':
      return isId(id) ? { type, id } : undefined;
    case 'response':
      return isId(id) ? { type, id, result: value['result'] } : undefined;
    case 'failure': {
      const error = parseWireError(value['error']);
      return error && isId(id) ? { type, id, error } : undefined;
    }
    case 'log': {
      const { level, message, locationId } = value;
      if (!isLogLevel(level) || !isText(message) || !isOptional(locationId, isText)) return undefined;
      return { type, level, message, ...(locationId !== undefined && { locationId }) };
    }
    case 'pong':
      return isId(id) && isCount(value['memory']) ? { type, id, memory: value['memory'] } : undefined;
    case 'fatal': {
      const error = parseFatalError(value['error']);
      return error && { type, error };
    }
    default:
      return undefined;
  }
}

function isLogLevel(value: unknown): value is LogLevel {
  return value === 'debug' || value === 'info' || value === 'warn' || value === 'error';
}

function parseFatalError(value: unknown): FatalError | undefined {
  if (!isShape(value)) return undefined;
  const { name, message, stack } = value;
  return isText(name) && isText(message) && isText(stack) ? { name, message, stack } : undefined;
}
