import type { FlowInput, FlowKind, JsonRecord, JsonValue } from '../../provider-api/index.js';
import { isCount, isId, isOptional, isShape, isText, type Shape } from './json-shape.js';

/** What the process must know of the package that it runs. */
export interface WirePackage {
  readonly name: string;
  readonly version: string;
  /** Its real path. */
  readonly folder: string;
  /** Its main module, as a path in the package. */
  readonly entry: string;
  readonly types: readonly { readonly id: string; readonly deferredWrites: boolean }[];
}

/** The part of a `ProviderContext` that is data. */
export interface WireContext {
  readonly locationId: string;
  readonly firstUse: boolean;
  readonly stateFolder: string;
}

/** What the host asks for. A location goes by the id of the request that opened it, a stream by an id that the host chooses. */
export type Call =
  | { readonly method: 'validate' | 'open' | 'place'; readonly typeId: string; readonly config: unknown; readonly context: WireContext }
  | {
      readonly method: 'migrate';
      readonly typeId: string;
      readonly version: number;
      readonly config: unknown;
      readonly context: WireContext;
    }
  | { readonly method: 'nextStep'; readonly typeId: string; readonly input: FlowInput; readonly context: WireContext }
  | LocationCall;

export type LocationCall =
  | { readonly method: 'close' | 'check' | 'usage' | 'sweep'; readonly location: number }
  | { readonly method: 'head' | 'delete'; readonly location: number; readonly key: string }
  /** `stream` brings the body to the process. */
  | {
      readonly method: 'put' | 'putDeferred';
      readonly location: number;
      readonly key: string;
      readonly stream: number;
      readonly size?: number;
    }
  /** `stream` brings the bytes to the host. */
  | {
      readonly method: 'get';
      readonly location: number;
      readonly key: string;
      readonly stream: number;
      readonly offset?: number;
      readonly length?: number;
    }
  /** `stream` brings the entries to the host, each a line of JSON. */
  | { readonly method: 'list'; readonly location: number; readonly prefix: string; readonly stream: number };

type Method = Call['method'];

/** What the host tells a provider's process. */
export type HostMessage =
  | { readonly type: 'start'; readonly package: WirePackage }
  | { readonly type: 'request'; readonly id: number; readonly call: Call }
  /** The answer to a request is no longer wanted, or the location that it opened. */
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'ping'; readonly id: number }
  /** Close all locations and deactivate; answered with `stopped`. */
  | { readonly type: 'shutdown' };

/** `undefined` if the value is no such message. */
export function parseHostMessage(value: unknown): HostMessage | undefined {
  if (!isShape(value)) return undefined;
  const { type, id } = value;
  switch (type) {
    case 'start':
      return isWirePackage(value['package']) ? { type, package: value['package'] } : undefined;
    case 'request':
      return isId(id) && isCall(value['call']) ? { type, id, call: value['call'] } : undefined;
    case 'cancel':
    case 'ping':
      return isId(id) ? { type, id } : undefined;
    case 'shutdown':
      return { type };
    default:
      return undefined;
  }
}

function isWirePackage(value: unknown): value is WirePackage {
  if (!isShape(value) || !['name', 'version', 'folder', 'entry'].every((field) => isText(value[field]))) return false;
  const { types } = value;
  return Array.isArray(types) && types.every((type) => isShape(type) && isText(type['id']) && typeof type['deferredWrites'] === 'boolean');
}

const methods: Readonly<Record<Method, (call: Shape) => boolean>> = {
  validate: hasSubject,
  open: hasSubject,
  place: hasSubject,
  migrate: (call) => hasSubject(call) && isCount(call['version']),
  nextStep: (call) => hasSubject(call) && isFlowInput(call['input']),
  close: () => true,
  check: () => true,
  usage: () => true,
  sweep: () => true,
  head: hasKey,
  delete: hasKey,
  put: (call) => hasKey(call) && isId(call['stream']) && isOptional(call['size'], isCount),
  putDeferred: (call) => hasKey(call) && isId(call['stream']) && isOptional(call['size'], isCount),
  get: (call) => hasKey(call) && isId(call['stream']) && isOptional(call['offset'], isCount) && isOptional(call['length'], isCount),
  list: (call) => isText(call['prefix']) && isId(call['stream']),
};

function isCall(value: unknown): value is Call {
  if (!isShape(value) || !isMethod(value['method'])) return false;
  return ('typeId' in value || isId(value['location'])) && methods[value['method']](value);
}

function isMethod(value: unknown): value is Method {
  return isText(value) && Object.hasOwn(methods, value);
}

function hasKey(call: Shape): boolean {
  return isText(call['key']);
}

function hasSubject({ typeId, context }: Shape): boolean {
  if (!isText(typeId) || !isShape(context)) return false;
  return isText(context['locationId']) && typeof context['firstUse'] === 'boolean' && isText(context['stateFolder']);
}

function isFlowInput(value: unknown): value is FlowInput {
  if (!isShape(value) || !isFlowKind(value['kind']) || !isText(value['step'])) return false;
  return isRecord(value['answer']) && isJson(value['state']) && isOptional(value['current'], isRecord);
}

function isFlowKind(value: unknown): value is FlowKind {
  return value === 'setup' || value === 'reauth' || value === 'reconfigure';
}

// What has been parsed from JSON is JSON.
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

function isRecord(value: unknown): value is JsonRecord {
  return isShape(value);
}
