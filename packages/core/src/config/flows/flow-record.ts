import type { FieldError, FlowKind, JsonRecord, JsonValue } from '../../provider-api/index.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { isJsonRecord, isJsonValue } from './json-value.js';
import { parseWaitingStep, type WaitingStep } from './parse-step.js';

/** A flow as it is kept between two steps, without its secrets. */
export interface FlowRecord {
  readonly token: string;
  readonly kind: FlowKind;
  /** The provider type's id. */
  readonly provider: string;
  /** Who made the step. Another version of the package may not know it. */
  readonly package: { readonly name: string; readonly version: string };
  /** The location's id; in a `setup` the one that it will have. */
  readonly location: string;
  /** What a new location was asked to be called. */
  readonly title?: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly changedAt: string;
  /** Counts the changes; names the secrets that belong to this one. */
  readonly turn: number;
  /** True if the secret store has something of this flow. */
  readonly hasSecrets: boolean;
  /** As the provider gave it. Absent until its first one came. */
  readonly step?: WaitingStep;
  /** What the form was answered with when that was not taken. */
  readonly answered?: JsonRecord;
  /** Why not, in words. */
  readonly errors?: readonly FieldError[];
}

/** What is secret in a flow. */
export interface FlowSecrets {
  /** What the provider wants to know again. */
  readonly state: JsonValue;
  /** Secret fields of an answer that was not taken. */
  readonly kept: Readonly<Record<string, string>>;
  /** Every secret that was typed so far: no text of a later step may quote one. */
  readonly typed: readonly string[];
}

export const noSecrets: FlowSecrets = { state: null, kept: {}, typed: [] };

/** Parses a flow's file. Throws an `Error` that says what is wrong with it. */
export function parseFlowRecord(value: JsonObject): FlowRecord {
  const text = (name: string) => textOf(value[name], name);
  const { kind, turn, title, step, answered, errors } = value;
  if (kind !== 'setup' && kind !== 'reauth' && kind !== 'reconfigure') throw new Error('kind is not known');
  if (typeof turn !== 'number') throw new Error('turn is not a number');
  if (answered !== undefined && !isJsonRecord(answered)) throw new Error('answered is not an object');
  const from = isJsonObject(value['package']) ? value['package'] : {};
  return {
    token: text('token'),
    kind,
    provider: text('provider'),
    package: { name: textOf(from['name'], 'package.name'), version: textOf(from['version'], 'package.version') },
    location: text('location'),
    startedAt: text('startedAt'),
    changedAt: text('changedAt'),
    turn,
    hasSecrets: value['hasSecrets'] === true,
    ...(title === undefined ? {} : { title: text('title') }),
    ...(step === undefined ? {} : { step: parseWaitingStep(step) }),
    ...(answered === undefined ? {} : { answered }),
    ...(errors === undefined ? {} : { errors: fieldErrors(errors) }),
  };
}

/** The secrets of a turn as entries of the secret store. Each is one of its own, so that whoever redacts by value knows it. */
export function toSecretEntries(turn: number, { state, kept, typed }: FlowSecrets): Record<string, string> {
  const entries: [string, string][] = [
    ...(state === null ? [] : [[`${turn}.state`, JSON.stringify(state)] satisfies [string, string]]),
    ...Object.entries(kept).map(([field, value]): [string, string] => [`${turn}.kept.${field}`, value]),
    ...typed.map((value, index): [string, string] => [`${turn}.typed.${index}`, value]),
  ];
  return Object.fromEntries(entries);
}

/** The secrets of a turn among the entries of the secret store. */
export function fromSecretEntries(turn: number, entries: Readonly<Record<string, string>>): FlowSecrets {
  const below = (part: string): [string, string][] =>
    Object.entries(entries).flatMap(([name, value]) =>
      name.startsWith(`${turn}.${part}.`) ? [[name.slice(`${turn}.${part}.`.length), value]] : [],
    );
  const state: unknown = JSON.parse(entries[`${turn}.state`] ?? 'null');
  if (!isJsonValue(state)) throw new Error('the state is not plain JSON');
  return { state, kept: Object.fromEntries(below('kept')), typed: below('typed').map(([, value]) => value) };
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) throw new Error('errors is not a list');
  return value.map((entry: unknown) => {
    const { field, message } = isJsonObject(entry) ? entry : {};
    return { field: textOf(field, 'errors.field'), message: textOf(message, 'errors.message') };
  });
}

function textOf(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${place} is not a text`);
}
