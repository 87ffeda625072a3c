/**
 * What a provider is written against: a few types and four helpers. Nothing else of the core is a promise to providers.
 *
 * @packageDocumentation
 */
export type { BodyPiece } from './body.js';
export type { CallOptions, GetOptions, Location, ObjectInfo, PutOptions, Usage } from './location.js';
export { isObjectKey, isReadableKey } from './object-key.js';
export type { ConfigFlow, FieldError, ProviderContext, ProviderDefinition, ProviderLogger } from './provider.js';
export { defineProvider } from './provider.js';
export type { ProviderErrorCode, ProviderErrorOptions } from './provider-error.js';
export { isProviderError, ProviderError } from './provider-error.js';
