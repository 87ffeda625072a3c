/** Which bytes: those of the request's body, or those of the answer's. */
export type Way = 'up' | 'down';

/**
 * What goes wrong. Bytes are counted in the body, without its head and without the framing of chunks; in TCP mode they are counted in all
 * that the connection carries. A `way` that isn't given is `down`.
 */
export type Fault =
  /** The connection is reset before anything is passed on. */
  | 'refuse'
  /** Both sides are reset after at most so many bytes; at the body's end, if it is shorter. */
  | { readonly reset: Way; readonly afterBytes: number }
  /** Nothing passes after so many bytes, and the connection stays open: what still comes is swallowed. */
  | { readonly stall: number; readonly way?: Way }
  /** So many bytes pass in each second. */
  | { readonly drip: number; readonly way?: Way }
  /**
   * The answer ends after so many bytes, and with it the connection. `declared`: where its head has a length, it says this one, and nothing
   * seems wrong but to those who compare with a size they know.
   */
  | { readonly truncate: number; readonly declared?: boolean }
  /** All bits of the byte at this offset are turned round. */
  | { readonly flip: number; readonly way?: Way }
  /** This answer, in JSON if the body is no text. Nothing is passed on. */
  | {
      readonly status: number;
      readonly body?: string | Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The request is carried out, but its answer doesn't arrive: the connection is reset instead. */
  | { readonly lostAnswer: true }
  /** The answer 307 (or `status`) with this Location. Nothing is passed on. */
  | { readonly redirect: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** Bytes which aren't HTTP, and the end. Nothing is passed on. */
  | { readonly garbage: true };

/** Rules are tried in their order. A request goes to the first one that takes it, and those behind don't count it. */
export interface FaultRule {
  /** Absent: every request, in TCP mode every connection. */
  readonly match?: {
    readonly method?: string;
    /** Tried on the path with its query, as they were sent. */
    readonly path?: RegExp;
    /** From the how-manieth of the requests that fit, counted from 1 since the plan was set. Default 1. */
    readonly nth?: number;
    /** How many of them. Default: one with `nth`, without it all. */
    readonly times?: number;
  };
  readonly fault: Fault;
}
