import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startB2Server } from '@holdfast/test-servers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { hasPseudoTerminal, keys, openTerminal } from './terminal.fixture.js';

const bin = fileURLToPath(new URL('../packages/cli/bin/holdfast.js', import.meta.url));
const b2Folder = fileURLToPath(new URL('../packages/provider-b2', import.meta.url));

let host: CommandLine;
let machine: CommandLine;
let kit: string;
beforeEach(async () => {
  host = await createCommandLine();
  machine = await createCommandLine();
  mkdirSync(join(host.root, 'documents'));
  writeFileSync(join(host.root, 'documents/letter.txt'), 'dear Charles');
  await ok(host, ['init']);
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  await machine[Symbol.asyncDispose]();
});

async function ok(
  cli: CommandLine,
  args: readonly string[],
  given: Parameters<CommandLine['json']>[1] = {},
): Promise<Record<string, unknown>> {
  const { code, out, err } = await cli.run([...args, '--json'], given);
  if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}: ${out}${err}`);
  return JSON.parse(out) as Record<string, unknown>;
}

/** Two backups at a place, and a kit away from the host. Then the host is gone. */
async function loseHost(settings: readonly string[], stdin = '', given: readonly string[] = []): Promise<void> {
  await ok(host, [...given, 'location', 'add', ...settings], { stdin });
  await ok(host, [...given, 'backup', 'create', 'documents', '--name', 'first']);
  writeFileSync(join(host.root, 'documents/letter.txt'), 'dear Charles, once more');
  await ok(host, [...given, 'backup', 'create', 'documents', '--name', 'second']);
  const usb = mkdtempSync(join(machine.root, 'usb-'));
  await ok(host, [...given, 'kit', 'save', usb]);
  kit = join(usb, readdirSync(usb).find((name) => name.endsWith('.txt')) ?? '');
  rmSync(host.dataDir, { recursive: true });
}

const letterAt = (folder: string) => readFileSync(join(machine.root, folder, 'documents/letter.txt'), 'utf8');

test('with the kit and a folder: the newest backup is restored in one command, checked, and nothing of it stays on the machine', async () => {
  await loseHost(['local', '--path', join(host.root, 'nas')]);
  const place = ['--provider', 'local', '--path', join(host.root, 'nas')];
  const { recovered } = await ok(machine, ['recover', ...place, '--kit', kit, '--to', 'restored']);
  expect(recovered).toMatchObject({ backup: { name: 'second' }, files: 1, checked: 1, problems: [], host: { kept: false } });
  expect(letterAt('restored')).toBe('dear Charles, once more');
  expect(readdirSync(join(machine.root, 'restored'))).toEqual(['documents']);
  expect(existsSync(machine.dataDir)).toBe(false);
});

test('broken off where the key is missing, it goes on from there, over what is there, and makes the machine the new host', async () => {
  await loseHost(['local', '--path', join(host.root, 'nas')]);
  mkdirSync(join(machine.root, 'restored/documents'), { recursive: true });
  writeFileSync(join(machine.root, 'restored/documents/mine.txt'), 'mine');
  const place = ['--provider', 'local', '--path', join(host.root, 'nas')];
  const refused = await machine.json(['recover', ...place, '--to', 'restored']);
  expect(refused).toMatchObject({ code: 1, document: { error: { code: 'key-needed' } } });
  const wrong = await machine.json(['recover', '--to', 'restored', '--key-stdin'], { stdin: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG' });
  expect(wrong).toMatchObject({ code: 1, document: { error: { code: 'wrong-key' } } });
  expect(readdirSync(join(machine.root, 'restored/documents'))).toEqual(['mine.txt']);

  const asked = await machine.json(['recover', '--to', 'restored', '--kit', kit]);
  expect(asked).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
  await ok(machine, ['recover', '--to', 'restored', '--keep', '--yes']);
  expect(letterAt('restored')).toBe('dear Charles, once more');
  expect(await ok(machine, ['restore', 'undo', 'restored', '--yes'])).toMatchObject({ restores: [{ state: 'undone' }] });
  expect(readdirSync(join(machine.root, 'restored/documents'))).toEqual(['mine.txt']);

  expect(existsSync(join(machine.dataDir, 'recover.json'))).toBe(false);
  const { backups } = await ok(machine, ['backup', 'list']);
  expect(backups).toMatchObject([
    { name: 'second', keyKnown: true },
    { name: 'first', keyKnown: true },
  ]);
  await ok(machine, ['backup', 'create', 'restored', '--name', 'third']);
});

test('from a bucket, for which the provider has to be installed, an older backup by its id', async () => {
  await using server = await startB2Server();
  server.createBucket('family');
  const key = server.createKey({ capabilities: ['listBuckets', 'listFiles', 'readFiles', 'writeFiles', 'deleteFiles'], bucket: 'family' });
  const settings = JSON.stringify({ ...key, bucket: 'family', endpoint: server.url });
  await loseHost(['b2', '--config', '-'], settings, ['--provider-folder', b2Folder]);
  const place = ['--provider', 'b2', '--install', b2Folder, '--accept-permissions', '--config', '-'];
  const nothing = await machine.json(['recover', ...place, '--to', 'restored', '--backup', 'ffffffff'], { stdin: settings });
  expect(nothing).toMatchObject({ code: 1, document: { error: { code: 'unknown-backup' } } });
  const first = (await machine.json(['backup', 'list'])).document.backups.find(({ name }) => name === 'first');
  const { recovered } = await ok(machine, ['recover', '--backup', first?.id ?? '', '--to', 'restored', '--kit', kit]);
  expect(recovered).toMatchObject({ location: { provider: 'b2' }, backup: { name: 'first' }, problems: [] });
  expect(letterAt('restored')).toBe('dear Charles');
  expect(existsSync(machine.dataDir)).toBe(false);
});

test.runIf(hasPseudoTerminal)('asks for everything at a terminal: the place, which backup, the key, and where to', async () => {
  await loseHost(['local', '--path', join(host.root, 'nas')]);
  const key = /(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}/.exec(readFileSync(kit, 'utf8'))?.[0] ?? '';
  await using terminal = openTerminal([process.execPath, bin, 'recover'], { cwd: machine.root, env: machine.environment });
  await terminal.see('Where are the backups?');
  terminal.type(keys.enter);
  await terminal.answer('The full path of the folder', join(host.root, 'nas'));
  await terminal.see('Which backup?');
  terminal.type(keys.down, keys.enter);
  await terminal.answer('Encryption key', key.toLowerCase().replaceAll('-', ' '));
  await terminal.see('Restore into which folder?');
  terminal.type(keys.enter);
  await terminal.see('Make backups from this machine');
  terminal.type('n');
  const { code, screen } = await terminal.ended();
  expect(code, screen).toBe(0);
  expect(letterAt('restored')).toBe('dear Charles');
  expect(existsSync(machine.dataDir)).toBe(false);
});
