import type { FieldError, FlowKind, Notice } from '../../provider-api/index.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import type { LocationRecord } from '../location-record.js';

interface Shown {
  readonly id: string;
  readonly title?: string;
  readonly description?: string;
}

/** Asks for values. The answer is an object that satisfies `schema`. */
export interface ShownForm extends Shown {
  readonly type: 'form';
  /** JSON Schema 2020-12 with its texts in the host's language. */
  readonly schema: JsonObject;
  /** The fields that are secrets: never shown, and never in `values`. */
  readonly secretFields: readonly string[];
  /** Secrets that are known already: they stay as they are if the answer leaves them out; `null` takes one away. */
  readonly keptSecrets: readonly string[];
  /** What the fields hold to begin with. */
  readonly values: JsonObject;
  /** Why the answer before was not taken; `field` is a field of the schema, or `base`. */
  readonly errors: readonly FieldError[];
}

/** Asks for one of several ways on. The answer is `{ "choice": id }`. */
export interface ShownMenu extends Shown {
  readonly type: 'menu';
  readonly options: readonly { readonly id: string; readonly label: string; readonly description?: string }[];
}

/** Tells something. The answer is `{}`. */
export interface ShownMessage extends Shown {
  readonly type: 'message';
}

/** Something is under way. The answer is `{}`, at once. */
export interface ShownProgress extends Shown {
  readonly type: 'progress';
  /** How much is done, 0 to 1. */
  readonly fraction?: number;
}

/** Sends to a web page. The answer is `{}`, or `{ "code": "..." }` if the page gives a code. */
export interface ShownExternal extends Shown {
  readonly type: 'external';
  readonly url: string;
  readonly asksCode: boolean;
}

/** What is asked now, or how it ended. Plain JSON, its texts in the host's language, without secrets. */
export type ShownStep =
  | ShownForm
  | ShownMenu
  | ShownMessage
  | ShownProgress
  | ShownExternal
  /** The location was made or changed. `notices` is what its provider has to say of it. */
  | {
      readonly type: 'done';
      readonly location: LocationRecord;
      readonly notices: readonly Notice[];
      readonly warnings: readonly string[];
    }
  /** It ended without a result. `code` is the provider's text key, or `aborted`. */
  | { readonly type: 'abort'; readonly code: string; readonly reason: string };

/** A flow as any face shows it: a terminal, a web page, a program. */
export interface FlowView {
  /** Names the flow, today and after a restart. */
  readonly token: string;
  readonly kind: FlowKind;
  /** The provider type's id. */
  readonly provider: string;
  /** The id of the location that is changed; absent in a `setup`. */
  readonly location?: string;
  readonly step: ShownStep;
}

/** An unfinished flow. */
export interface FlowSummary {
  readonly token: string;
  readonly kind: FlowKind;
  readonly provider: string;
  readonly location?: string;
  /** The id and the type of the step that waits for an answer. */
  readonly step: string;
  readonly type: ShownStep['type'];
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly changedAt: string;
}

/** What begins a flow. */
export type StartFlow =
  | { readonly kind: 'setup'; readonly provider: string; readonly title?: string | undefined }
  /** `location` is an id or a title. */
  | { readonly kind: 'reauth' | 'reconfigure'; readonly location: string };

export interface FlowCall {
  readonly signal?: AbortSignal | undefined;
}

/** How locations are set up and changed, step by step. Between two steps a flow lives on disk alone, for a day. */
export interface ConfigFlows extends AsyncDisposable {
  start(options: StartFlow, call?: FlowCall): Promise<FlowView>;
  /**
   * Answers the step that is shown. An answer that the schema or the provider refuses gives the same form with errors. If the call
   * fails, the flow stays at its step with what was answered, and can be answered again.
   */
  answer(token: string, answer: unknown, call?: FlowCall): Promise<FlowView>;
  /** Shows the step that waits for an answer. `unknown-flow` */
  resume(token: string, call?: FlowCall): Promise<FlowView>;
  list(): Promise<readonly FlowSummary[]>;
  /** Ends the flow, also in the middle of a call. */
  cancel(token: string): Promise<void>;
}
