import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdfastBin, listBackups, makeWorkplace, plainEnvironment, type Workplace } from './holdfast.fixture.js';

const kills = 50;
let place: Workplace;
let source: string;

beforeAll(() => {
  place = makeWorkplace();
  source = join(place.folder, 'source');
  mkdirSync(source);
  for (let number = 0; number < 300; number += 1) writeFileSync(join(source, `file-${number}`), randomBytes(number * 40));
  writeFileSync(join(source, 'large'), randomBytes(6_000_000));
});
afterAll(() => place.remove());

/** Starts a backup and kills it after so many milliseconds. Returns how long it took if it was done before. */
function killedAfter(milliseconds: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(process.execPath, [holdfastBin, '--data-dir', place.dataDir, 'backup', 'create', source], {
      stdio: 'ignore',
      env: plainEnvironment(),
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL' ? undefined : performance.now() - began);
    });
  });
}

test(`killed at ${kills} moments of a backup: what is visible is whole, and the next run sweeps what is left`, async () => {
  const began = performance.now();
  place.json('backup', 'create', source);
  let whole = performance.now() - began;

  let killed = 0;
  for (let number = 0; number < kills; number += 1) {
    // Spread over the run's whole length, so that every stage is hit whatever the machine's speed.
    const took = await killedAfter((whole * (number + 0.5)) / kills);
    if (took === undefined) killed += 1;
    // The machine may have become faster meanwhile.
    else whole = Math.min(whole, took);
    const keys = readdirSync(place.location);
    for (const sidecar of keys.filter((key) => key.endsWith('.tar.holdfast.json'))) {
      const { file } = JSON.parse(readFileSync(join(place.location, sidecar), 'utf8')) as { file: { size: number } };
      expect(readFileSync(join(place.location, sidecar.replace('.holdfast.json', ''))).length).toBe(file.size);
    }
  }
  expect(killed).toBeGreaterThan(kills / 2);

  for (const { id } of listBackups(place)) expect(place.run('backup', 'verify', id).status).toBe(0);
  place.json('backup', 'create', source);
  const names = readdirSync(place.location);
  const backups = names.filter((name) => name.endsWith('.tar'));
  const expected = backups.flatMap((name) => [name, `${name}.holdfast.index`, `${name}.holdfast.json`]);
  expect(names.filter((name) => !name.startsWith('.holdfast-location')).sort()).toEqual(expected.sort());
  expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
  expect(listBackups(place)).toHaveLength(backups.length);
});
