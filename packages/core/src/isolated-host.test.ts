import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deriveKey } from './archive/securetar/derive-key.js';
import { encodedForms } from './base/encoded-forms.js';
import { initialiseDataDir, openHost } from './host.js';
import type { Host } from './host/host.js';
import { memoryProvider, stores } from './memory-provider.fixture.js';
import { buildChildEntry } from './providers/child/child-entry.fixture.js';
import { seenFile, writeSpyProvider } from './spy-provider.fixture.js';

const content = 'canary-content-7f3a';
const fileName = 'canary-name-91bc.txt';
const ownPassword = 'canary-own-password-22d1';
const otherPassword = 'canary-other-password-5e0c';

let folder: string;
let source: string;
let opened: Host[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isolated-host-'));
  source = join(folder, 'docs');
  mkdirSync(source);
  writeFileSync(join(source, fileName), content.repeat(1000));
  writeFileSync(join(source, 'large'), Buffer.alloc(2_000_000, 'not very random but long enough '));
  opened = [];
});
afterEach(async () => {
  for (const host of opened) await host[Symbol.asyncDispose]();
  stores.clear();
  rmSync(folder, { recursive: true, force: true });
});

async function open(isolation: 'process' | 'inline', dataDir = join(folder, isolation)): Promise<Host> {
  await initialiseDataDir(dataDir);
  const providers = { folders: [writeSpyProvider(folder)], inline: [memoryProvider] };
  const host = await openHost({ dataDir, isolation, providers }, { process: { entry: await buildChildEntry() } });
  opened.push(host);
  return host;
}

const addSpy = (host: Host) =>
  host.locations.add({ provider: 'spy', title: 'watched', config: { path: join(host.dataDir, 'spied'), password: ownPassword } });
/** What is there more often than before. */
function leftOpen(before: readonly string[], after: readonly string[]): readonly string[] {
  const rest = [...before];
  return after.filter((thing) => {
    const at = rest.indexOf(thing);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

const openThings = () =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => kind !== 'Timeout' && kind !== 'Immediate')
    .sort();
const isAlive = (pid: number | undefined) => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Where and in which form of it the text stands. */
const formsFound = (bytes: string, text: string) => encodedForms(text).filter((form) => bytes.includes(form));

describe('a provider package in a process of its own', () => {
  test('gets ciphertext, its settings and its secret, and nothing else of the host', async () => {
    const host = await open('process');
    await addSpy(host);
    await host.locations.add({ provider: 'locked-memory', title: 'other', config: { name: 'other', password: otherPassword } });
    const { backup, locations } = await host.backups.create({
      sources: [{ name: 'docs', path: source }],
      name: 'canary-backup',
      readBack: 'all',
    });
    expect(locations.map(({ state }) => state)).toEqual(['stored', 'stored']);
    await host.backups.restore({
      backup: { id: backup.id },
      location: 'watched',
      to: join(folder, 'restored'),
      paths: [`docs:${fileName}`],
    });
    expect(readFileSync(join(folder, 'restored', 'docs', fileName), 'utf8')).toBe(content.repeat(1000));
    await host.backups.verify({ id: backup.id }, { location: 'watched' });
    await host.backups.delete(backup.id);
    const key = host.keys.current()?.key ?? '';
    const seal = await host.keys.sealMaterial(host.keys.current()?.fingerprint ?? '');
    await host[Symbol.asyncDispose]();

    const seen = readFileSync(seenFile(host.dataDir), 'latin1');
    // It did see what it is to see.
    for (const word of [ownPassword, `${backup.locations[0]?.key}`, '"what":"get"', '"what":"delete"', '"what":"deactivate"'])
      expect(seen).toContain(word);
    for (const secret of [content, fileName, otherPassword, key, key.replaceAll('-', ''), key.toLowerCase()])
      expect(formsFound(seen, secret)).toEqual([]);
    const derived = [deriveKey(key), ...(seal === undefined ? [] : [seal.root])];
    expect(derived).toHaveLength(2);
    for (const bytes of derived) {
      const forms = [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64').replaceAll('=', '')];
      expect(forms.filter((form) => seen.includes(form))).toEqual([]);
    }
    const log = readFileSync(join(host.dataDir, 'logs', 'providers', '@example+provider-spy.log'), 'latin1');
    expect(log).toContain('opened with');
    expect(formsFound(log, ownPassword)).toEqual([]);
  });

  test('would have been seen to get more: what is not encrypted is found in what it saw', async () => {
    const host = await open('process');
    await addSpy(host);
    await host.backups.create({ sources: [{ name: 'docs', path: source }], encrypt: false, compressionLevel: 0 });
    await host[Symbol.asyncDispose]();
    const seen = readFileSync(seenFile(host.dataDir), 'latin1');
    expect(formsFound(seen, content)).toContain(content);
    expect(formsFound(seen, fileName)).toContain(fileName);
  });

  test('is seen by other hosts, and ends with its own without leaving anything open', async () => {
    // Of the first time that a process is started, something may stay.
    await using warmedUp = await open('process', join(folder, 'first'));
    await addSpy(warmedUp);
    await warmedUp[Symbol.asyncDispose]();
    const before = openThings();
    const host = await open('process');
    await addSpy(host);
    const reader = await openHost({ dataDir: host.dataDir, access: 'shared' }, {});
    const [seen] = await reader.running();
    await reader[Symbol.asyncDispose]();
    expect(seen).toMatchObject({ package: '@example/provider-spy', state: 'running', hostPid: process.pid });
    expect(isAlive(seen?.pid)).toBe(true);
    await host[Symbol.asyncDispose]();
    expect(isAlive(seen?.pid)).toBe(false);
    // Fewer than before is none of its doing: threads that packed a backup end by themselves.
    await vi.waitFor(() => expect(leftOpen(before, openThings())).toEqual([]));
  });

  test('is installed, used at once and not removed while a location needs it', async () => {
    const dataDir = join(folder, 'data');
    await initialiseDataDir(dataDir);
    const host = await openHost({ dataDir }, { process: { entry: await buildChildEntry() } });
    opened.push(host);
    const events: string[] = [];
    host.events.on('provider', ({ type }) => events.push(type));
    const asked: string[] = [];
    const grant = async ({ asks }: { readonly asks: { readonly filesystem: string } }) => asked.push(asks.filesystem) > 0;
    const { outcome, provider } = await host.packages.install(writeSpyProvider(folder), { grant });
    expect([outcome, provider.name, provider.linked, asked]).toEqual(['installed', '@example/provider-spy', true, ['config']]);
    const { id } = await addSpy(host);
    await expect(host.packages.remove(provider.name)).rejects.toMatchObject({
      code: 'location-uses-provider',
      message: expect.stringContaining('"watched"') as string,
    });
    await host.locations.remove(id);
    await host.packages.remove(provider.name);
    expect(host.packages.list()).toEqual([]);
    // What was tried out for the installation is no event of the package's own process.
    expect(events).toEqual(['installed', 'starting', 'running', 'removed']);
  });

  test('does the same as inline', async () => {
    const results = [];
    for (const isolation of ['inline', 'process'] as const) {
      const host = await open(isolation);
      const events: string[] = [];
      host.events.on('provider', (event) => events.push(event.type));
      const { title, config } = await addSpy(host);
      const { backup, outcome, sourceFiles } = await host.backups.create({ sources: [{ name: 'docs', path: source }], name: 'same' });
      const { files, bytes, seal } = await host.backups.verify({ id: backup.id });
      const usage = await host.locations.usage('watched');
      const location = await host.locations.open(host.locations.get('watched').id);
      const refused = location.get('not-there', { signal: new AbortController().signal });
      await expect(refused).rejects.toMatchObject({ code: 'not-found', message: 'There is no not-there.' });
      const [running] = await host.running();
      await host[Symbol.asyncDispose]();
      expect(running).toMatchObject({ package: '@example/provider-spy', isolation, state: 'running' });
      expect(events.includes('running')).toBe(isolation === 'process');
      const objects = readdirSync(join(host.dataDir, 'spied')).map((name) => name.replace(backup.locations[0]?.key ?? '', 'backup'));
      const settings = { ...config, path: '' };
      results.push({ title, settings, outcome, sourceFiles, size: backup.size, files, bytes, seal, usage, objects });
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[0]).toMatchObject({ outcome: 'complete', seal: 'sealed' });
  });
});
