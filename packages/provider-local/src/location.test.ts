import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocal } from './local.fixture.js';
import { describeLocation } from './location.fixture.js';

describeLocation('a local folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-local-'));
  return { location: await openLocal(folder), remove: () => rm(folder, { recursive: true, force: true }) };
});
