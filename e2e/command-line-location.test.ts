import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { makeHarbour } from './command-line-location.fixture.js';

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

describe('unattended', () => {
  test('all that is missing or wrong is told at once, as text and as JSON, and no flow is left open', async () => {
    const wrong = add('quay', '--set', 'berths=none', '--set', 'colour=red');
    const { code, document } = await holdfast.json(wrong);
    expect({ code, error: document.error.code }).toEqual({ code: 2, error: 'config-invalid' });
    expect(document.error.fields?.map(({ field }) => field).sort()).toEqual(['berths', 'colour', 'folder', 'pass']);
    const { err } = await holdfast.run(wrong);
    for (const field of ['berths', 'colour', 'folder', 'pass']) expect(err).toMatch(new RegExp(`^  ${field}: `, 'm'));
    expect(await openFlows()).toBe(0);
  });

  test('what the provider refuses is told by the field too, in the language of the environment', async () => {
    const given = { env: { HARBOUR_PASS: 'mellon', LC_ALL: 'de_DE.UTF-8' } };
    const { code, document } = await holdfast.json(add('quay', '--folder', newFolder()), given);
    expect(code).toBe(2);
    expect(document.error.fields).toEqual([{ field: 'pass', message: 'Ein Pass von 6 Zeichen öffnet das Tor nicht.' }]);
  });

  test('files, --set and the environment go together', async () => {
    const folder = newFolder();
    const file = join(holdfast.root, 'quay.json');
    await writeFile(file, JSON.stringify({ pass: 'sesame', berths: 2 }));
    const env = { HOLDFAST_QUAY_FOLDER: folder, HOLDFAST_QUAY_BERTHS: '9' };
    const { code, document } = await holdfast.json(add('quay', '--config', file, '--title', 'Files'), { env });
    expect({ code, document }).toMatchObject({ code: 0, document: { location: { title: 'Files', config: { folder, berths: 2 } } } });
    expect(JSON.stringify(document)).not.toContain('sesame');
    const again = await holdfast.json(add('quay', '--set', `folder=${folder}/inner`, '--secrets-file', '-'), {
      stdin: '{"pass":"sesame"}',
    });
    expect(again).toMatchObject({ code: 1, document: { error: { code: 'location-overlaps' } } });
  });

  test('a secret is not taken from the command line, and not repeated', async () => {
    const { code, out, err } = await holdfast.run(add('quay', '--set', 'pass=sesame'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('secret-argument');
    expect(err).not.toContain('sesame');
  });

  test('a menu is answered by its name, and what only a person can do is left for one', async () => {
    const folder = newFolder();
    const secrets = { stdin: '{"pass":"sesame"}' };
    const done = await holdfast.json(add('harbour', '--set', 'way=pass', '--folder', folder, '--secrets-file', '-'), secrets);
    expect(done).toMatchObject({ code: 0, document: { location: { config: { folder } } } });
    const { code, document } = await holdfast.json(add('harbour', '--set', 'way=page'));
    expect({ code, error: document.error.code }).toEqual({ code: 2, error: 'flow-needs-person' });
    const [, token = ''] = /--resume (\w+)/.exec(document.error.remedy) ?? [];
    expect(await openFlows()).toBe(1);
    expect((await holdfast.json(['location', 'flows', '--cancel', token])).code).toBe(0);
    expect(await openFlows()).toBe(0);
  });

  test('a provider that ends the set-up says why', async () => {
    const { code, document } = await holdfast.json(add('harbour', '--set', 'way=never'));
    expect({ code, error: document.error }).toMatchObject({
      code: 1,
      error: { code: 'flow-aborted', details: { reason: 'You did not want to.' } },
    });
  });
});

describe('from one machine to another', () => {
  test('without its secrets, and with them encrypted', async () => {
    await using other = await createCommandLine();
    await other.json(['init']);
    const folder = newFolder();
    const added = await holdfast.json(add('quay', '--folder', folder, '--title', 'Moved', '--secrets-file', '-'), {
      stdin: '{"pass":"sesame"}',
    });
    expect(added.code).toBe(0);
    const passphrase = join(holdfast.root, 'passphrase');
    await writeFile(passphrase, 'correct horse\n');
    const file = join(holdfast.root, 'moved.json');
    const exported = ['--provider-folder', harbour, 'location', 'export', 'Moved', '--to', file];
    expect((await holdfast.json([...exported, '--with-secrets'])).document.error.code).toBe('passphrase-needed');
    expect((await holdfast.json([...exported, '--with-secrets', '--passphrase-file', passphrase])).code).toBe(0);
    expect(await readFile(file, 'utf8')).not.toContain('sesame');

    const importing = ['--provider-folder', harbour, 'location', 'import', file];
    expect(await other.json(importing)).toMatchObject({ code: 2, document: { error: { code: 'passphrase-needed' } } });
    const without = await other.json([...importing, '--no-secrets']);
    expect(without).toMatchObject({ code: 3, document: { imported: [{ outcome: 'imported', missingSecrets: ['pass'] }] } });
    const reauth = ['--provider-folder', harbour, 'location', 'reauth', 'Moved', '--secrets-file', '-'];
    expect((await other.json(reauth, { stdin: '{"pass":"mellon"}' })).document.error.fields).toMatchObject([{ field: 'pass' }]);
    expect(await other.json(reauth, { stdin: '{"pass":"sesame"}' })).toMatchObject({ code: 0 });
    expect((await other.json(['--provider-folder', harbour, 'location', 'check', 'Moved'])).code).toBe(0);

    expect((await other.json(['--provider-folder', harbour, 'location', 'remove', 'Moved', '--yes'])).code).toBe(0);
    const whole = await other.json([...importing, '--passphrase-file', passphrase]);
    expect(whole).toMatchObject({ code: 0, document: { imported: [{ outcome: 'imported', missingSecrets: [] }] } });
    expect((await other.json(['--provider-folder', harbour, 'location', 'check', 'Moved'])).code).toBe(0);
  });

  test('reconfigure tries the new settings out first, and says what stays behind', async () => {
    const [before, after] = [newFolder(), newFolder()];
    await holdfast.json(add('quay', '--folder', before, '--title', 'Changing', '--secrets-file', '-'), { stdin: '{"pass":"sesame"}' });
    const change = ['--provider-folder', harbour, 'location', 'reconfigure', 'Changing'];
    const refused = await holdfast.json([...change, '--folder', after, '--secrets-file', '-'], { stdin: '{"pass":"mellon"}' });
    expect(refused).toMatchObject({ code: 2, document: { error: { code: 'config-invalid' } } });
    const { code, document } = await holdfast.json([...change, '--folder', after]);
    expect({ code, document }).toMatchObject({ code: 0, document: { location: { title: 'Changing', config: { folder: after } } } });
    expect(JSON.stringify(document)).toContain('warnings');
  });
});

test('diagnostics are one file without secrets, and say what is in it', async () => {
  const folder = join(holdfast.root, 'diagnostics');
  await mkdir(folder);
  const { code, out } = await holdfast.run(['--provider-folder', harbour, 'diagnostics', '--to', join(folder, 'bundle.json')]);
  expect(code).toBe(0);
  expect(out).toContain('doctor');
  const text = await readFile(join(folder, 'bundle.json'), 'utf8');
  expect(JSON.parse(text)).toBeTypeOf('object');
  expect(text).not.toContain('sesame');
  expect(await readdir(folder)).toEqual(['bundle.json']);
});
