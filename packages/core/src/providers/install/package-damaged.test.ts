import { expect, test } from 'vitest';
import { temporaryFolder } from '../package.fixture.js';
import { memoryName, placeVersion } from './locked.fixture.js';
import { packageDamaged } from './package-damaged.js';

test.each([
  [memoryName, `${memoryName}@1.0.0`],
  [`${memoryName}@^1`, `${memoryName}@1.0.0`],
  ['/packed/memory-1.0.0.tgz', '/packed/memory-1.0.0.tgz'],
  ['/my packages/memory-1.0.0.tgz', '"/my packages/memory-1.0.0.tgz"'],
])('what came from %s is installed again as %s', async (spec, again) => {
  const locked = { ...(await placeVersion(await temporaryFolder(), '1.0.0')), spec };
  expect(packageDamaged(memoryName, locked, 'they are gone').remedy).toBe(`Install it again: holdfast provider install ${again}`);
});
