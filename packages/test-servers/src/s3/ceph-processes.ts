import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTiedProcess, type TiedProcess } from './tied-process.js';

/** A folder for a Ceph, and the programs that run in it. */
export interface CephProcesses {
  readonly folder: string;
  /** Starts one that runs until `stop`. */
  start(program: string, ...programArguments: readonly string[]): void;
  /** Runs one to its end. */
  run(program: string, ...programArguments: readonly string[]): Promise<void>;
  /** Throws, with what the logs say, if one that was started has ended. */
  mustRun(): Promise<void>;
  /** The last lines of all logs. */
  logs(): Promise<string>;
  /** Kills all of them (asked to end, the store takes seconds) and removes the folder. */
  stop(): Promise<void>;
}

export async function createCephProcesses(): Promise<CephProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-s3-'));
  const settings = join(folder, 'ceph.conf');
  const environment = { PATH: process.env['PATH'], LC_ALL: 'C', CEPH_CONF: settings };
  const lasting: TiedProcess[] = [];
  const passing = new Set<TiedProcess>();
  let runs = 0;

  async function logs(): Promise<string> {
    const texts = (await readdir(folder))
      .filter((name) => name.endsWith('.log'))
      .map(async (name) => {
        const text = await readFile(join(folder, name), 'utf8').catch(() => '');
        return text === '' ? '' : `${name}:\n${text.trimEnd().split('\n').slice(-5).join('\n')}\n`;
      });
    return (await Promise.all(texts)).join('');
  }

  return {
    folder,
    logs,
    start(program, ...programArguments) {
      const log = join(folder, `${program}.log`);
      // In the foreground, so that it stays our child.
      const started = startTiedProcess({
        program,
        programArguments: ['-c', settings, ...programArguments, '-f'],
        folder,
        log,
        environment,
      });
      // A server that nobody stops keeps no process from ending.
      started.unref();
      lasting.push(started);
    },
    async run(program, ...programArguments) {
      const log = join(folder, `${program}-${++runs}.log`);
      const running = startTiedProcess({ program, programArguments: ['-c', settings, ...programArguments], log, environment });
      passing.add(running);
      const end = await running.ended;
      passing.delete(running);
      if (end !== 'exit code 0') throw new Error(`${program} failed (${end}): ${(await readFile(log, 'utf8').catch(() => '')).trim()}`);
    },
    async mustRun() {
      const dead = lasting.find(({ end }) => end !== undefined);
      if (dead !== undefined) throw new Error(`${dead.program} ended (${dead.end}).\n${await logs()}`);
    },
    async stop() {
      await Promise.all([...passing, ...lasting].map((running) => running.stop()));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
