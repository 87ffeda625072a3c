import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { makeHarbour } from './command-line-location.fixture.js';
import { holdfastBin } from './holdfast.fixture.js';
import { hasPseudoTerminal, keys, openTerminal, type TerminalSession } from './terminal.fixture.js';

let holdfast: CommandLine;
let harbour = '';
let count = 0;

beforeAll(async () => {
  holdfast = await createCommandLine();
  harbour = await makeHarbour(holdfast.root);
  await holdfast.json(['init']);
});
afterAll(() => holdfast[Symbol.asyncDispose]());

/** A folder that no other test uses. */
const newFolder = (): string => join(holdfast.root, `place-${(count += 1)}`);
const add = (...args: string[]): string[] => ['--provider-folder', harbour, 'location', 'add', ...args];
const openFlows = async (): Promise<number> => {
  const { document } = await holdfast.json(['--provider-folder', harbour, 'location', 'flows']);
  return (document as unknown as { flows: readonly unknown[] }).flows.length;
};

describe.skipIf(!hasPseudoTerminal)('at a terminal (needs python3)', () => {
  const at = (...args: string[]): TerminalSession => {
    const env = { ...holdfast.environment, NO_COLOR: '1', LC_ALL: 'C.UTF-8' };
    return openTerminal([process.execPath, holdfastBin, ...args], { cwd: holdfast.root, env });
  };

  test('it asks, hides secrets, asks again only for what was wrong, and takes relative paths', async () => {
    await using terminal = at(...add('quay', '--title', 'Typed'));
    await terminal.answer('Folder', 'typed-place');
    await terminal.answer('Harbour pass', 'mellon');
    await terminal.see('Also set what few need: Berths?');
    terminal.type(keys.enter);
    await terminal.see('A pass of 6 letters does not open the gate.');
    await terminal.answer('Harbour pass', 'sesame');
    const { code, screen } = await terminal.ended();
    expect(code).toBe(0);
    expect(screen).toContain(`Added Typed`);
    expect(screen).not.toMatch(/mellon|sesame/);
    expect(await readdir(join(holdfast.root, 'typed-place'))).toEqual([]);
  });

  test('a place that can not be taken is told, and another one asked for', async () => {
    const folder = newFolder();
    await holdfast.json(add('quay', '--folder', folder, '--title', 'Outer', '--secrets-file', '-'), { stdin: '{"pass":"sesame"}' });
    await using terminal = at(...add('quay', '--folder', join(folder, 'inner'), '--title', 'Beside'));
    await terminal.answer('Harbour pass', 'sesame');
    await terminal.see('location-overlaps');
    await terminal.see('What now?');
    await terminal.see('Stop here');
    terminal.type(keys.down, keys.enter);
    await terminal.see('Folder');
    await terminal.see('inner');
    terminal.type(keys.clearLine, newFolder(), keys.enter);
    await terminal.answer('stays as it is if left empty', '');
    await terminal.see('Also set what few need');
    terminal.type(keys.enter);
    await terminal
      .ended()
      .then(({ code, screen }) => expect({ code, screen }).toMatchObject({ code: 0, screen: expect.stringContaining('Added Beside') }));
  });

  test('a provider’s own steps: a menu, a page with a code, progress, a form', async () => {
    await using terminal = at(...add('harbour', '--title', 'Stepped'));
    await terminal.see('How do you get in?');
    await terminal.see('On a page');
    terminal.type(keys.down, keys.enter);
    await terminal.see('https://harbour.example/allow?x=1');
    await terminal.answer('The code that the page shows', 'sesame');
    await terminal.see('Mooring');
    await terminal.answer('Where', newFolder());
    const { code, screen } = await terminal.ended();
    expect({ code, added: screen.includes('Added Stepped') }).toEqual({ code: 0, added: true });
  });

  test('Ctrl-C in the middle says how to go on, and going on starts there', async () => {
    await using first = at(...add('harbour', '--title', 'Resumed'));
    await first.see('On a page');
    first.type(keys.down, keys.enter);
    await first.see('The code that the page shows');
    first.type(keys.interrupt);
    const { code, screen } = await first.ended();
    expect(code).toBe(130);
    const [, token = ''] = /location add --resume (\w+)/.exec(screen) ?? [];
    expect(token).not.toBe('');
    await using second = at(...add('--resume', token));
    await second.answer('The code that the page shows', 'sesame');
    await second.answer('Where', newFolder());
    expect(await second.ended()).toMatchObject({ code: 0, screen: expect.stringContaining('Added Resumed') });
    expect(await openFlows()).toBe(0);
  });

  test('who holds the data directory is named to the next one, which waits', async () => {
    await holdfast.json(add('quay', '--folder', newFolder(), '--title', 'Unsure', '--secrets-file', '-'), { stdin: '{"pass":"sesame"}' });
    await using terminal = at('location', 'remove', 'Unsure');
    await terminal.see('Unsure');
    const beside = await holdfast.json(['location', 'list']);
    expect(beside.code).toBe(0);
    const { code, err } = await holdfast.run(['settings', 'set', 'level', '5'], {
      onStart(child) {
        // Ends the holder as soon as it is waited for.
        child.stderr?.once('data', () => terminal.type(keys.interrupt));
      },
    });
    expect(code).toBe(0);
    expect(err).toMatch(/^Waiting for process \d+, which has held the data directory since .*: holdfast location remove\.$/m);
  });

  test('who thinks about the settings of a location keeps nobody waiting', async () => {
    const folder = newFolder();
    await using terminal = at(...add('quay', '--title', 'Thought over'));
    await terminal.see('Folder');
    const { code, err } = await holdfast.run(['settings', 'set', 'level', '4']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    await holdfast.json(add('quay', '--folder', newFolder(), '--title', 'Meanwhile', '--secrets-file', '-'), {
      stdin: '{"pass":"sesame"}',
    });
    terminal.type(folder, keys.enter);
    await terminal.answer('Harbour pass', 'sesame');
    await terminal.see('Also set what few need');
    terminal.type(keys.enter);
    expect(await terminal.ended()).toMatchObject({ code: 0, screen: expect.stringContaining('Added Thought over') });
    const { document } = await holdfast.json(['location', 'list']);
    expect(document.locations.map(({ title }) => title)).toEqual(expect.arrayContaining(['Thought over', 'Meanwhile']));
    expect(await holdfast.json(['settings', 'show'])).toMatchObject({ document: { settings: { compressionLevel: 4 } } });
  });

  test('a passphrase is typed twice when it is new, once later, and never shown', async () => {
    const check = ['--provider-folder', harbour, 'location', 'check', 'Meanwhile'];
    await using moving = at('settings', 'set', 'secrets', 'encrypted');
    await moving.answer('New passphrase for the secrets of your locations', 'open sesame');
    await moving.answer('The same once more', 'open sesam');
    await moving.see('That is another one.');
    moving.type('e', keys.enter);
    const moved = await moving.ended();
    expect(moved).toMatchObject({ code: 0, screen: expect.stringMatching(/secrets +encrypted, kept in/) });
    await using checking = at(...check);
    await checking.answer('Passphrase of the secrets in', 'open sesame');
    const checked = await checking.ended();
    expect(checked.code).toBe(0);
    expect(moved.screen + checked.screen).not.toContain('sesam');
    const unattended = await holdfast.json(check);
    expect(unattended.code).toBe(1);
    expect(JSON.stringify(unattended.document)).toContain('secrets-passphrase-missing');
    await using back = at('settings', 'set', 'secrets', 'file');
    await back.answer('Passphrase of the secrets in', 'open sesame');
    expect((await back.ended()).code).toBe(0);
  });

  test('Ctrl-C before anything was answered leaves nothing', async () => {
    await using terminal = at(...add('quay'));
    await terminal.see('Folder');
    terminal.type(keys.interrupt);
    const { code, screen } = await terminal.ended();
    expect(code).toBe(130);
    expect(screen).toContain('nothing was changed');
    expect(screen).not.toContain('--resume');
    expect(await openFlows()).toBe(0);
  });

  test('reconfigure shows what is set, and keeps a secret that nothing is typed for', async () => {
    const [before, after] = [newFolder(), newFolder()];
    await holdfast.json(add('quay', '--folder', before, '--title', 'Kept', '--secrets-file', '-'), { stdin: '{"pass":"sesame"}' });
    await using terminal = at('--provider-folder', harbour, 'location', 'reconfigure', 'Kept');
    await terminal.see('Folder');
    await terminal.see(before);
    terminal.type(keys.clearLine, after, keys.enter);
    await terminal.answer('stays as it is if left empty', '');
    await terminal.see('Also set what few need');
    terminal.type(keys.enter);
    expect(await terminal.ended()).toMatchObject({ code: 0, screen: expect.stringContaining(after) });
  });
});
