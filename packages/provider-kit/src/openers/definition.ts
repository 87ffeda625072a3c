import type { ProviderDefinition } from '@holdfast/core/provider-api';
import { CheckFailure } from '../expectation/check-failure.js';
import type { ProviderManifest } from '../provider-manifest.js';

/** A provider whose settings are whatever its schema says. */
export type AnyDefinition = ProviderDefinition<unknown>;

/** The type's definition in what the package's main module exports. */
export function definitionIn(module: unknown, { type, types }: ProviderManifest): AnyDefinition {
  const exported = propertyOf(module, 'default');
  const definition = types > 1 ? propertyOf(exported, type) : exported;
  if (isDefinition(definition)) return definition;
  throw new CheckFailure({
    did: "Loaded the package's main module",
    expected: `a default export made by defineProvider, or an object with one for each type, here for "${type}"`,
    came: exported === undefined ? 'no default export' : 'a default export without a function "open" for the type',
    rule: 'mainModule',
  });
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

function isDefinition(value: unknown): value is AnyDefinition {
  return typeof propertyOf(value, 'open') === 'function';
}
