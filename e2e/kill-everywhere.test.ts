import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainEnvironment } from './holdfast.fixture.js';

const program = fileURLToPath(new URL('kill-program.mjs', import.meta.url));
const operations = ['create', 'delete', 'replace', 'restore', 'send', 'key change', 'retention', 'job', 'restore --replace'];

/** Some hundred processes, on a machine that may have other things to do. Milliseconds. */
const timeout = 1_800_000;

let root: string;
let helper: ReturnType<typeof startHelper>;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-kill-'));
  helper = startHelper();
});
afterAll(() => {
  helper.stop();
  rmSync(root, { recursive: true, force: true });
});

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env: plainEnvironment() });

/** Sees to what the killed leave, in one process for all: it is warm by then. */
function startHelper() {
  const child = start('serve');
  const waiting = new Map<number, { resolve: (problems: readonly string[]) => void; reject: (error: Error) => void }>();
  let last = 0;
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The helper ended.'));
  });
  if (child.stdout === null) throw new Error('There is nothing to read from.');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, problems } = JSON.parse(line) as { id: number; problems: readonly string[] };
    waiting.get(id)?.resolve(problems);
    waiting.delete(id);
  });
  return {
    ask: (ask: 'prepare' | 'reset' | 'recover', operation: string, folder: string, done?: unknown) =>
      new Promise<readonly string[]>((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        child.stdin?.write(`${JSON.stringify({ id: last, ask, operation, root: folder, done })}\n`);
      }),
    stop: () => child.kill(),
  };
}

/** Two of them are killed at a time, so that the test disturbs no other. */
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];

async function inLane<T>(act: () => Promise<T>): Promise<T> {
  const before = lanes.shift();
  const turn = (async () => {
    await before;
    return act();
  })();
  lanes.push(turn.catch(() => {}));
  return turn;
}

/** Runs an operation in a process that dies at the moment. Returns its last words: where that was, or that it came to its end. */
function die(operation: string, folder: string, moment: number): Promise<{ readonly before?: string; readonly done?: unknown }> {
  return new Promise((resolve, reject) => {
    const child = start('die', operation, folder, String(moment));
    let output = '';
    child.stdout?.on('data', (part) => (output += String(part)));
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(JSON.parse(output) as { before?: string; done?: unknown });
      else reject(new Error(`${operation} at moment ${moment} ended by itself, with ${code}`));
    });
  });
}

describe.concurrent('killed at every change of a file and at every request', () => {
  test.for(operations)(
    '%s: nothing is lost, what is listed is whole, and the next command goes on and clears up',
    { timeout },
    async (operation) => {
      const folder = mkdtempSync(join(root, `${operation}-`));
      expect(await helper.ask('prepare', operation, folder)).toEqual([]);
      const wrong: unknown[] = [];
      const isKilledAt = (moment: number) =>
        inLane(async () => {
          await helper.ask('reset', operation, folder);
          const { before, done } = await die(operation, folder, moment);
          const problems = await helper.ask('recover', operation, folder, done);
          if (problems.length > 0) wrong.push({ moment, before, problems });
          return done === undefined;
        });
      let moment = 1;
      while (await isKilledAt(moment)) moment += 1;
      expect(wrong).toEqual([]);
      // Else it was not killed at all.
      expect(moment).toBeGreaterThan(10);
    },
  );
});
