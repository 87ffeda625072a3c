import { isJsonObject } from './schema-problem.js';

const conditions = new Set(['node', 'import', 'default']);

/**
 * The main module that a package.json names, as a path in the package. Node's own lookup starts from the
 * importing module and would need the package to lie in a `node_modules` above it, which provider packages need not.
 */
export function entryModule(manifest: { readonly exports?: unknown; readonly main?: unknown }): string | undefined {
  if (manifest.exports !== undefined) return pickTarget(manifest.exports);
  return typeof manifest.main === 'string' ? manifest.main : undefined;
}

/** Follows the conditions in the order in which the package gives them, as Node does. */
function pickTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (!isJsonObject(target)) return undefined;
  if ('.' in target) return pickTarget(target['.']);
  for (const [condition, nested] of Object.entries(target)) {
    const found = conditions.has(condition) ? pickTarget(nested) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
