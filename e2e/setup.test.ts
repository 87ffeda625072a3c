import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { holdfastBin } from './holdfast.fixture.js';
import { hasPseudoTerminal, keys, openTerminal, type TerminalSession } from './terminal.fixture.js';

interface SetUpDocument {
  readonly locations: readonly { readonly title: string; readonly state: string }[];
  readonly jobs: readonly { readonly title: string; readonly state: string }[];
  readonly runs: readonly { readonly state: string; readonly backups: readonly string[] }[];
  readonly kit?: { readonly textPath: string };
  readonly error?: { readonly code: string; readonly message: string };
}

/** A folder to back up and one for the kit. */
async function newHome(): Promise<CommandLine> {
  const holdfast = await createCommandLine();
  for (const folder of ['documents', 'stick']) await mkdir(join(holdfast.root, folder));
  await writeFile(join(holdfast.root, 'documents', 'letter.txt'), 'Dear Ada');
  return holdfast;
}

async function byFile(holdfast: CommandLine, setup: unknown, env: NodeJS.ProcessEnv = {}) {
  await writeFile(join(holdfast.root, 'setup.json'), JSON.stringify(setup));
  const { code, document } = await holdfast.json(['setup', '--file', 'setup.json'], { env });
  return { code, document: document as unknown as SetUpDocument };
}

describe('setup --file', () => {
  const setup = {
    name: 'Living room',
    kit: 'stick',
    locations: [{ provider: 'local', title: 'Disk', config: { path: 'disk' } }],
    jobs: [{ sources: ['documents'], schedule: { every: 'day' }, retention: { daily: 7 }, locations: [{ location: 'Disk' }] }],
  };

  test('makes the key, the location, the job and the first backup, saves the kit; a second time, nothing is done twice', async () => {
    await using holdfast = await newHome();
    const first = await byFile(holdfast, setup);
    expect(first).toMatchObject({
      code: 0,
      document: { locations: [{ title: 'Disk', state: 'added' }], jobs: [{ state: 'added' }], runs: [{ state: 'complete' }] },
    });
    const kit = await readFile(first.document.kit?.textPath ?? '', 'utf8');
    expect(kit).toContain('Living room');
    expect(kit).toContain('Disk');

    const again = await byFile(holdfast, setup);
    expect(again.document).toMatchObject({ locations: [{ state: 'kept' }], jobs: [{ state: 'kept' }], runs: [] });
    expect(again.code).toBe(0);
    expect((await holdfast.json(['backup', 'list'])).document.backups).toHaveLength(1);
  });

  test('says everything that is wrong with the file, and does nothing', async () => {
    await using holdfast = await newHome();
    const { code, document } = await byFile(holdfast, { ...setup, kti: 'stick', jobs: [{ sources: [] }] });
    expect(code).toBe(2);
    expect(document.error?.code).toBe('setup-file-invalid');
    expect(document.error?.message).toMatch(/kti.*sources is empty/);
    expect(await readdir(holdfast.root)).not.toContain('data');
  });

  test('without a terminal it asks for the file', async () => {
    await using holdfast = await newHome();
    expect(await holdfast.run(['setup'])).toMatchObject({ code: 2, err: expect.stringContaining('--file') as unknown });
  });
});

describe.skipIf(!hasPseudoTerminal)('setup at a terminal (needs python3)', () => {
  const at = (holdfast: CommandLine): TerminalSession =>
    openTerminal([process.execPath, holdfastBin, 'setup'], {
      cwd: holdfast.root,
      env: { ...holdfast.environment, HOME: join(holdfast.root, 'documents', '..'), NO_COLOR: '1', LC_ALL: 'C.UTF-8' },
    });

  test('leads through it; broken off after the kit, it goes on behind it; a wrong part of the key proves nothing', async () => {
    await using holdfast = await newHome();
    const stick = join(holdfast.root, 'stick');
    {
      await using terminal = at(holdfast);
      await terminal.see('In which folder shall the emergency kit be saved?');
      terminal.type(keys.clearLine, stick, keys.enter);
      await terminal.answer(/Group \d of the 7 groups/, '????');
      await terminal.see('Look at the kit of that fingerprint again');
      const [kit = ''] = (await readdir(stick)).filter((name) => name.endsWith('.txt'));
      await terminal.see(/Group \d of the 7 groups/);
      terminal.type(join(stick, kit), keys.enter);
      await terminal.see('Which folder is to be backed up?');
      terminal.type(keys.interrupt);
      const { code, screen } = await terminal.ended();
      expect(code).toBe(130);
      expect(screen).toContain('Go on with: holdfast setup');
    }
    await using terminal = at(holdfast);
    await terminal.see('Its kit is saved');
    await terminal.see('Which folder is to be backed up?');
    await terminal.see('documents');
    terminal.type(keys.enter);
    await terminal.answer('Another folder?', '');
    await terminal.see('Where shall backups go?');
    terminal.type(keys.enter);
    await terminal.answer('Folder', join(holdfast.root, 'disk'));
    for (const question of ['Another place as well?', 'When?', 'How long are they kept?', 'Make it now?']) {
      await terminal.see(question);
      terminal.type(keys.enter);
    }
    const { code, screen } = await terminal.ended();
    expect(screen).toContain('Automatic backups are set up.');
    expect(code).toBe(0);
    const { document } = await holdfast.json(['backup', 'list']);
    expect(document.backups).toHaveLength(1);
  });
});
