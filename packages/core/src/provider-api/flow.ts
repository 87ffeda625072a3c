import type { ProviderContext } from './context.js';
import type { FieldError } from './field-error.js';

/** Why a flow runs: a new location, new credentials for one, other settings for one. */
export type FlowKind = 'setup' | 'reauth' | 'reconfigure';

/** Plain JSON: it crosses process borders, and the host may keep it on disk between two steps. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A JSON object. */
export type JsonRecord = { readonly [name: string]: JsonValue };

/**
 * A text for people: the text itself, or `%key%` for the text of that key in `package.nls.json` and its translations.
 * `{name}` in it stands for the step's placeholder of that name.
 */
export type FlowText = string;

/** What every step that is shown has. */
export interface ShownFlowStep {
  /** Names the step; comes back with its answer. Not `start`. */
  readonly id: string;
  /** Its heading. */
  readonly title?: FlowText;
  /** What there is to know before it is answered. */
  readonly description?: FlowText;
  /** What stands for `{name}` in the step's texts. No secrets. */
  readonly placeholders?: Readonly<Record<string, string>>;
}

/** Asks for values. The host checks an answer against the schema before the provider sees it. */
export interface FormStep extends ShownFlowStep {
  /** Tells the steps apart. */
  readonly type: 'form';
  /** JSON Schema 2020-12 of the answer, an object. Default: the type's `configSchema`. */
  readonly schema?: JsonRecord;
  /** What the fields show to begin with. */
  readonly values?: JsonRecord;
  /** Why the answer before was not taken. */
  readonly errors?: readonly FieldError[];
}

/** Asks for one of several ways on. The answer is `{ "choice": id }`. */
export interface MenuStep extends ShownFlowStep {
  /** Tells the steps apart. */
  readonly type: 'menu';
  /** The ways on, in the order in which they are shown. */
  readonly options: readonly { readonly id: string; readonly label: FlowText; readonly description?: FlowText }[];
}

/** Tells something. The answer is `{}`. */
export interface MessageStep extends ShownFlowStep {
  /** Tells the steps apart. */
  readonly type: 'message';
}

/** Says that something is under way. The host asks for the next step at once, with the answer `{}`: do a part of the work in each call. */
export interface ProgressStep extends ShownFlowStep {
  /** Tells the steps apart. */
  readonly type: 'progress';
  /** How much is done, 0 to 1. */
  readonly fraction?: number;
}

/** Sends the user to a web page. The answer is `{}`, or `{ "code": "..." }` with what the page gave to copy. */
export interface ExternalStep extends ShownFlowStep {
  /** Tells the steps apart. */
  readonly type: 'external';
  /** The page, `https:` or `http:`. */
  readonly url: string;
  /** True if the page gives a code that has to be typed in. */
  readonly asksCode?: boolean;
}

/** The flow's end: with these settings, which the host checks and tries out as any others, the location is made or changed. */
export interface DoneStep {
  /** Tells the steps apart. */
  readonly type: 'done';
  /** Complete, secrets included. */
  readonly config: JsonRecord;
  /** Proposes what to call a new location. */
  readonly title?: string;
}

/** The flow's end without a result. */
export interface AbortStep {
  /** Tells the steps apart. */
  readonly type: 'abort';
  /** Why, for people. */
  readonly reason: FlowText;
  /** What stands for `{name}` in the reason. No secrets. */
  readonly placeholders?: Readonly<Record<string, string>>;
}

/** One step of a flow, as plain data. */
export type FlowStep = FormStep | MenuStep | MessageStep | ProgressStep | ExternalStep | DoneStep | AbortStep;

/** What a provider gets to find the next step from. */
export interface FlowInput {
  /** Why the flow runs. */
  readonly kind: FlowKind;
  /** The id of the step that is answered; `start` in the beginning. */
  readonly step: string;
  /** What was answered; `{}` in the beginning. */
  readonly answer: JsonRecord;
  /** What the step before gave to be kept; `null` in the beginning. */
  readonly state: JsonValue;
  /** The location's settings, secrets included; absent in a `setup`. */
  readonly current?: JsonRecord;
}

/** A step, and what the provider wants to know again when it is answered. */
export interface FlowResult {
  /** What is shown or done next. */
  readonly step: FlowStep;
  /** Kept by the host as a secret. Default `null`. */
  readonly state?: JsonValue;
}

/** How a location of this type is set up, beyond the one form that is drawn from its schema. */
export interface ConfigFlow<Config> {
  /**
   * Tests a configuration that already satisfies the schema, against the world: is it there, may I, is it the right one?
   * An empty list means that it will work. Changes nothing that outlives the call.
   */
  validate?(config: Config, context: ProviderContext): Promise<readonly FieldError[]>;
  /**
   * The flow's steps, if it has more than the one form. Keeps nothing between calls: the process, and the host's too, may be another one each time.
   */
  next?(input: FlowInput, context: ProviderContext): Promise<FlowResult>;
}
