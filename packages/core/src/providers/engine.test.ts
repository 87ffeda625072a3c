import fc from 'fast-check';
import satisfies from 'semver/functions/satisfies.js';
import { expect, test } from 'vitest';
import { isHoldfastError } from '../base/errors.js';
import { requireCompatible } from './engine.js';
import type { ProviderPackage } from './provider-package.js';

async function isCompatible(range: string, host: string): Promise<boolean> {
  const found: ProviderPackage = {
    name: 'shelf',
    version: '1.0.0',
    folder: undefined,
    range,
    entry: undefined,
    types: [],
    permissions: { network: [], filesystem: 'none' },
  };
  try {
    await requireCompatible(found, host);
    return true;
  } catch (error) {
    expect(isHoldfastError(error, 'provider-incompatible')).toBe(true);
    return false;
  }
}

test('which hosts a package works with is as npm understands its range', async () => {
  const part = fc.constantFrom(0, 0, 1, 2, 10);
  const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));
  const range = fc.oneof(
    fc.tuple(fc.constantFrom('^', '~', '>=', '', '<'), version).map((parts) => parts.join('')),
    fc.constantFrom('*', '1.x', '>=0.1.0 <1.0.0'),
  );
  const host = fc.oneof(
    version,
    version.map((text) => `${text}-rc.1`),
  );
  await fc.assert(
    fc.asyncProperty(range, host, async (wanted, given) => {
      expect(await isCompatible(wanted, given)).toBe(satisfies(given, wanted, { includePrerelease: true }));
    }),
    { numRuns: 2000 },
  );
});
