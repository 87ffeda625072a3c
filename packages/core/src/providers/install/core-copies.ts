import { providerError } from '../errors.js';
import type { JsonObject } from '../schema-problem.js';

const core = '@holdfast/core';

/** Refuses a package.json that would bring a second core in, which would know nothing of the host's. */
export function requireNoCore(packageJson: JsonObject, subject: string): void {
  for (const where of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies']) {
    const value = packageJson[where];
    const names: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (names.includes(core)) throw providerError('core-bundled', { subject, where });
  }
}

/** Does the same for what was installed: it may lie in a tarball, or come with another package. */
export function requireNoCoreAmong(files: readonly string[], subject: string): void {
  const copy = files.find((file) => `/${file}`.endsWith(`/node_modules/${core}/package.json`));
  if (copy !== undefined) throw providerError('core-bundled', { subject, where: copy });
}
