import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { holdfastBin } from './holdfast.fixture.js';

let holdfast: CommandLine;
let started: ChildProcess[] = [];

beforeEach(async () => {
  holdfast = await createCommandLine();
  await mkdir(join(holdfast.root, 'docs'));
  await writeFile(join(holdfast.root, 'docs', 'letter.txt'), 'Dear Ada');
  await holdfast.run(['init']);
  await holdfast.run(['location', 'add', 'local', '--path', join(holdfast.root, 'nas'), '--title', 'NAS']);
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
  started = [];
  await holdfast[Symbol.asyncDispose]();
});

/** A job whose time was missed: its schedule was set a month ago. */
async function addMissedJob(...options: readonly string[]): Promise<void> {
  expect(await holdfast.run(['job', 'add', 'docs', '--at', '00:00', ...options])).toMatchObject({ code: 0 });
  const file = join(holdfast.dataDir, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as { jobs: { since: string }[] };
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString();
  await writeFile(file, JSON.stringify({ ...config, jobs: config.jobs.map((job) => ({ ...job, since })) }));
}

interface Line {
  readonly event: string;
  readonly message: string;
}

interface RunningService {
  readonly child: ChildProcess;
  readonly lines: readonly Line[];
  /** Waits for the line; it may have come already. */
  saw(event: string): Promise<Line>;
  /** Sends the signal and gives the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

function startService(): RunningService {
  const child = spawn(process.execPath, [holdfastBin, 'service', '--json'], { cwd: holdfast.root, env: holdfast.environment });
  started.push(child);
  const lines: Line[] = [];
  let noise = '';
  child.stderr.on('data', (data: Buffer) => (noise += data.toString()));
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
  return {
    child,
    lines,
    async saw(event) {
      for (;;) {
        const found = lines.find((line) => line.event === event);
        if (found !== undefined) return found;
        const ended = once(reader, 'close').then(() => 'ended');
        if ((await Promise.race([once(reader, 'line'), ended])) === 'ended' && !lines.some((line) => line.event === event))
          throw new Error(`The service ended without ${event}: ${lines.map(({ message }) => message).join(' ')} ${noise}`);
      }
    },
    async end(signal) {
      child.kill(signal);
      const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
      return killedBy ?? code;
    },
  };
}

/** A before command that says that it has begun, and then takes a minute; the second time it takes none. */
async function slowOnce(): Promise<{ readonly command: string; readonly begun: () => Promise<void> }> {
  const [script, flag] = [join(holdfast.root, 'slow.mjs'), join(holdfast.root, 'begun')];
  const text = `import { existsSync, writeFileSync } from 'node:fs';
    if (!existsSync(${JSON.stringify(flag)})) { writeFileSync(${JSON.stringify(flag)}, ''); setTimeout(() => {}, 60_000); }`;
  await writeFile(script, text);
  const begun = async () => {
    while ((await readFile(flag, 'utf8').catch(() => undefined)) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return { command: JSON.stringify([process.execPath, script]), begun };
}

interface Status {
  readonly health: string;
  readonly service: { readonly state: string; readonly holder?: { readonly pid: number } };
  readonly jobs: readonly { readonly last?: { readonly state: string; readonly trigger: string }; readonly next?: string }[];
  readonly locations: readonly { readonly state: string; readonly automatic: { readonly count: number } }[];
  readonly problems: readonly { readonly code: string; readonly severity: string }[];
}

async function status(): Promise<{ readonly code: number | null; readonly status: Status }> {
  const { code, out } = await holdfast.run(['status', '--json']);
  return { code, ...(JSON.parse(out) as { status: Status }) };
}

test('once makes up for what was missed, once, and status says how things are', async () => {
  await addMissedJob();
  expect(await status()).toMatchObject({ code: 1, status: { health: 'trouble', service: { state: 'none' } } });
  const first = await holdfast.run(['service', '--once', '--json']);
  expect(first).toMatchObject({ code: 0 });
  expect(JSON.parse(first.out)).toMatchObject({
    runs: [{ state: 'complete', trigger: 'missed', locations: [{ title: 'NAS', state: 'stored' }] }],
  });
  expect(await holdfast.run(['service', '--once'])).toMatchObject({ code: 0, out: 'Nothing was due.\n' });
  await mkdir(join(holdfast.root, 'kit'));
  await holdfast.run(['kit', 'save', join(holdfast.root, 'kit')]);
  expect(await status()).toMatchObject({
    code: 0,
    status: {
      health: 'fine',
      problems: [],
      jobs: [{ last: { state: 'complete', trigger: 'missed' }, next: expect.any(String) }],
      locations: [{ state: 'reachable', automatic: { count: 1 } }],
    },
  });
  const { out } = await holdfast.run(['status']);
  expect(out).toMatch(/^All is well\./);
  expect(out).toMatch(/next run +\d{4}-\d\d-\d\d 00:00 \(in \d+ (h|min|d)\), \S+: Automatic backup/);
});

test('it runs a job that is added meanwhile, refuses a second service, is well, and stops when told', async () => {
  const service = startService();
  await service.saw('started');
  const refused = await holdfast.run(['service', '--json']);
  expect(refused).toMatchObject({ code: 1 });
  expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'service-running', details: { pid: service.child.pid } } });
  expect((await holdfast.run(['status', '--healthcheck'])).code).toBe(0);
  await addMissedJob();
  // So that the test need not wait for the service to look by itself.
  service.child.kill('SIGHUP');
  expect(await service.saw('run-ended')).toMatchObject({ level: 'info', message: expect.stringContaining('complete') });
  expect((await status()).status.service).toMatchObject({ state: 'running', holder: { pid: service.child.pid } });
  expect(await service.end('SIGTERM')).toBe(0);
  expect(service.lines.at(-1)).toMatchObject({ event: 'stopped' });
  expect(await holdfast.run(['status', '--healthcheck'])).toEqual({ code: 1, out: '', err: '' });
});

test('stopped in the middle of a run it cancels it, and makes it again at the next start', async () => {
  const { command, begun } = await slowOnce();
  await addMissedJob('--before', command);
  const service = startService();
  await begun();
  expect(await service.end('SIGTERM')).toBe(0);
  expect((await status()).status.jobs).toMatchObject([{ last: { state: 'cancelled', trigger: 'missed' } }]);
  const next = startService();
  await next.saw('run-ended');
  expect(await next.end('SIGINT')).toBe(0);
  expect((await status()).status.jobs).toMatchObject([{ last: { state: 'complete', trigger: 'retry' } }]);
});

test('killed in the middle of a run, it starts again, and the run is told as failed', async () => {
  const { command, begun } = await slowOnce();
  await addMissedJob('--before', command);
  const service = startService();
  await begun();
  expect(await service.end('SIGKILL')).toBe('SIGKILL');
  expect((await status()).status).toMatchObject({ service: { state: 'none' }, jobs: [{ last: { state: 'failed' } }] });
  const next = startService();
  await next.saw('started');
  expect((await holdfast.run(['job', 'run', 'Automatic backup'])).code).toBe(0);
  expect(await next.end('SIGTERM')).toBe(0);
});
