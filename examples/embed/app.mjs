// @ts-check
// An app that makes backups: `node app.mjs [FOLDER]` backs up FOLDER, by default this example's own, and restores one file of it.
// All that it makes lies in a temporary folder and is removed at the end.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, initialiseDataDir, isHoldfastError, provide, serviceTokens, shortFingerprint, sourceFromPath } from '@holdfast/core';
import { createMemoryProvider } from './memory-provider.mjs';
import { createVault } from './vault.mjs';

/** @typedef {import('@holdfast/core').Host} Host */
/** @typedef {import('@holdfast/core').ShownStep} ShownStep */

/** What a person would type into the page that the app draws. At first, the code is too short. */
const typed = [
  { shelf: 'blue', code: '123' },
  { shelf: 'blue', code: 'open sesame' },
];

/** What a page would draw: fields, and what is wrong with them. @type {(step: ShownStep) => string} */
function drawn(step) {
  if (step.type !== 'form') return step.type;
  const faults = step.errors.map(({ field, message }) => ` (${field}: ${message})`);
  return `${Object.keys(Object(step.schema['properties'])).join(', ')}${faults.join('')}`;
}

/** A location is added in steps, each of them plain data: an app sends them to its page, and the answers back. @type {(host: Host) => Promise<void>} */
async function addLocation(host) {
  let view = await host.flows.start({ kind: 'setup', provider: 'memory', title: 'Here in memory' });
  for (const answer of typed) {
    console.log(`asked      ${drawn(view.step)}`);
    view = await host.flows.answer(view.token, answer);
  }
  if (view.step.type !== 'done') throw new Error(`the flow ended with "${view.step.type}"`);
  console.log(`location   ${view.step.location.title} (${view.step.location.provider})`);
}

/** @type {(folder: string, work: string) => Promise<void>} */
async function backUpAndRestoreOneFile(folder, work) {
  const dataDir = join(work, 'data');
  await initialiseDataDir(dataDir, { instanceName: 'Embedding example' });
  const host = await createHost({
    dataDir,
    purpose: 'showing how Holdfast is embedded',
    providers: { inline: [createMemoryProvider()] },
    // The default: provider packages from npm run in processes of their own. What the app brings along runs in its own.
    isolation: 'process',
    services: [provide(serviceTokens.secrets, createVault())],
  });
  host.events.on('backup', ({ type }) => console.log(`event      backup ${type}`));
  host.events.on('location', ({ type, location }) => console.log(`event      location ${type}: ${location.title}`));
  try {
    await addLocation(host);

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
