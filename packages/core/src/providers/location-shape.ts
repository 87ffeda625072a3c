import { broken } from './provider-subject.js';
import type { ProviderPackage } from './provider-package.js';

/** A location must have what the contract asks for, and `putDeferred` exactly if the manifest promises it. */
export function requireShape(location: unknown, found: ProviderPackage, typeId: string): void {
  const value: object = typeof location === 'object' && location !== null ? location : {};
  const has = (name: PropertyKey) => typeof Reflect.get(value, name) === 'function';
  const missing = ['put', 'get', 'head', 'list', 'delete'].filter((name) => !has(name));
  if (!has(Symbol.asyncDispose)) missing.push('[Symbol.asyncDispose]');
  if (missing.length > 0) throw broken(found, `a location of the type "${typeId}" has no ${missing.join(', ')}`);
  const declared = found.types.find(({ id }) => id === typeId)?.features.has('deferredWrites') === true;
  if (declared && !has('putDeferred'))
    throw broken(found, `"${typeId}" declares the feature deferredWrites, but its location has no putDeferred`);
  if (!declared && has('putDeferred'))
    throw broken(found, `the location of "${typeId}" has putDeferred, but its manifest does not declare the feature deferredWrites`);
}
