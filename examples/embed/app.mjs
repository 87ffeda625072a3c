// @ts-check
// An app that makes backups: `node app.mjs [FOLDER]` backs up FOLDER, by default this example's own, and restores one file of it.
// All that it makes lies in a temporary folder and is removed at the end.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, initialiseDataDir, isHoldfastError, shortFingerprint, sourceFromPath } from '@holdfast/core';
import { createMemoryProvider } from './memory-provider.mjs';

/** @type {(folder: string, work: string) => Promise<void>} */
async function backUpAndRestoreOneFile(folder, work) {
  const dataDir = join(work, 'data');
  await initialiseDataDir(dataDir, { instanceName: 'Embedding example' });
  const host = await createHost({ dataDir, inlineProviders: [createMemoryProvider()] });
  try {
    const location = await host.locations.add({ provider: 'memory', title: 'Here in memory', config: {} });
    console.log(`location   ${location.title} (${location.provider})`);

    const source = { ...(await sourceFromPath(folder, 'example')), exclude: ['node_modules'] };
    const { backup, outcome, sourceFiles } = await host.backups.create({ sources: [source], name: 'An example' });
    const key = shortFingerprint(backup.keyFingerprint ?? '');
    console.log(`backed up  "${backup.name}": ${sourceFiles} files, ${outcome}, encrypted with the key ${key}`);

    const { backups } = await host.backups.list();
    for (const { id, name, sources, locations } of backups) {
      console.log(`listed     ${id} "${name}" of ${sources.join(', ')} at ${locations.map(({ title }) => title).join(', ')}`);
    }

    const to = join(work, 'restored');
    const restored = await host.backups.restore({ backup: { id: backup.id }, to, paths: ['example:package.json'] });
    const [before, after] = await Promise.all([readFile(join(folder, 'package.json')), readFile(join(to, 'example', 'package.json'))]);
    console.log(`restored   ${restored.files} file, ${before.equals(after) ? 'the same as before' : 'NOT the same'}`);
  } finally {
    await host[Symbol.asyncDispose]();
  }
}

const work = await mkdtemp(join(tmpdir(), 'holdfast-embed-'));
try {
  await backUpAndRestoreOneFile(process.argv[2] ?? fileURLToPath(new URL('.', import.meta.url)), work);
} catch (error) {
  // Each of Holdfast's errors says what happened and what to do about it.
  if (!isHoldfastError(error)) throw error;
  console.error(`${error.message}\n${error.remedy} (${error.code})`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
