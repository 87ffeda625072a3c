/**
 * What a provider is written against: a few types and four helpers. Nothing else of the core is a promise to providers.
 *
 * @packageDocumentation
 */
export type { BodyPiece } from './body.js';
export type { ProviderContext, ProviderLogger } from './context.js';
export type { FieldError } from './field-error.js';
export type {
  AbortStep,
  ConfigFlow,
  DoneStep,
  ExternalStep,
  FlowInput,
  FlowKind,
  FlowResult,
  FlowStep,
  FlowText,
  FormStep,
  JsonRecord,
  JsonValue,
  MenuStep,
  MessageStep,
  ProgressStep,
  ShownFlowStep,
} from './flow.js';
export type { CallOptions, GetOptions, Location, ObjectInfo, PutOptions, StoredObject, Usage } from './location.js';
export type { Notice } from './notice.js';
export { isObjectKey, isReadableKey } from './object-key.js';
export type { Place } from './place.js';
export type { ProviderDefinition } from './provider.js';
export { defineProvider } from './provider.js';
export type { ProviderErrorCode, ProviderErrorOptions } from './provider-error.js';
export { isProviderError, ProviderError } from './provider-error.js';
