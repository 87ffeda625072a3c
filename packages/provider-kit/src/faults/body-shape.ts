import type { Fault, Way } from './fault.js';

/** What a fault does to the bytes that go one way. */
export interface BodyShape {
  /** So many pass, and then `atLimit` happens. */
  readonly limit: number;
  readonly atLimit?: 'reset' | 'cut' | 'stall';
  /** The head says that this is all. */
  readonly isDeclared?: boolean;
  /** The offset of the byte that is changed. */
  readonly flip?: number;
  readonly bytesPerSecond?: number;
}

export const unshaped: BodyShape = { limit: Number.POSITIVE_INFINITY };

export function shapeOf(fault: Fault | undefined, way: Way): BodyShape {
  if (fault === undefined || fault === 'refuse') return unshaped;
  if ('reset' in fault) return fault.reset === way ? { limit: fault.afterBytes, atLimit: 'reset' } : unshaped;
  if ('truncate' in fault) {
    return way === 'down' ? { limit: fault.truncate, atLimit: 'cut', isDeclared: fault.declared ?? false } : unshaped;
  }
  if (!('stall' in fault || 'drip' in fault || 'flip' in fault) || (fault.way ?? 'down') !== way) return unshaped;
  if ('stall' in fault) return { limit: fault.stall, atLimit: 'stall' };
  return 'drip' in fault ? { ...unshaped, bytesPerSecond: fault.drip } : { ...unshaped, flip: fault.flip };
}
