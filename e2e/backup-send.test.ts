import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdfastBin, listBackups, makeWorkplace, plainEnvironment, type Workplace } from './holdfast.fixture.js';

let place: Workplace;
let ids: readonly string[];

beforeAll(() => {
  place = makeWorkplace();
  const source = join(place.folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'large'), randomBytes(12_000_000));
  for (const name of ['first', 'second']) place.json('backup', 'create', source, '--name', name);
  ids = listBackups(place).map(({ id }) => id);
});
afterAll(() => place.remove());

/** A location that is added later, with a folder of its own. */
function addLater(name: string): string {
  const folder = join(place.folder, name);
  mkdirSync(folder);
  place.json('location', 'add', 'local', '--path', folder, '--title', name);
  return folder;
}

const backupsIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('.tar'));

test('a location that was added later is filled, what is there already stays, and each backup is told', () => {
  const later = addLater('later');
  expect(place.json('backup', 'send', '--newest', '1', '--to', 'later')).toMatchObject({ sent: [{ backup: ids[0], state: 'sent' }] });
  expect(place.json('backup', 'send', '--all', '--to', 'later')).toMatchObject({
    sent: [
      { backup: ids[0], state: 'there-already' },
      { backup: ids[1], state: 'sent', title: 'later' },
    ],
  });
  expect(backupsIn(later)).toEqual(backupsIn(place.location));
  for (const name of backupsIn(later)) expect(readFileSync(join(later, name)).equals(readFileSync(join(place.location, name)))).toBe(true);
  const shown = place.run('backup', 'send', ids[0] ?? '', '--to', 'later');
  expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining('is at later already, whole.') as string });
  expect(place.run('backup', 'verify', ids[1] ?? '', '--from', 'later').status).toBe(0);
});

test('what can not be sent is told, with an exit code for it', () => {
  expect(place.run('backup', 'send', '00000000', '--to', 'later').status).toBe(1);
  expect(place.run('backup', 'send', '--to', 'later').status).toBe(2);
  expect(place.run('backup', 'send', ids[0] ?? '', '--all', '--to', 'later').status).toBe(2);
  expect(place.run('backup', 'send', '--automatic', '--to', 'later')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('no backups to send') as string,
  });
});

test('killed while it is sent, a copy is not visible, and the next run sweeps what is left', async () => {
  const doomed = addLater('doomed');
  const [id = ''] = ids;
  const child = spawn(process.execPath, [holdfastBin, '--data-dir', place.dataDir, 'backup', 'send', id, '--to', 'doomed'], {
    stdio: 'ignore',
    env: plainEnvironment(),
  });
  // It is under way when it has noted what it is about to do.
  const journal = join(place.dataDir, 'journal');
  const hasBegun = () => existsSync(journal) && readdirSync(journal).some((name) => name.endsWith('.json'));
  while (!hasBegun() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  const isVisible = backupsIn(doomed).some((name) => name.endsWith('.holdfast.json'));
  expect(place.run('backup', 'verify', id, '--from', 'doomed').status).toBe(isVisible ? 0 : 1);

  place.json('backup', 'send', ids[1] ?? '', '--to', 'doomed');
  expect(backupsIn(doomed)).toHaveLength(isVisible ? 6 : 3);
  expect(readdirSync(journal)).toEqual([]);
  expect(place.json('backup', 'send', id, '--to', 'doomed')).toMatchObject({ sent: [{ state: isVisible ? 'there-already' : 'sent' }] });
  expect(place.run('backup', 'verify', id, '--from', 'doomed').status).toBe(0);
});
