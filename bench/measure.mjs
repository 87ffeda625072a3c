// Runs commands and says what they cost: wall and processor seconds of the whole process tree, and the peak resident
// memory of its largest process. Counted by python3, else by GNU time, else by bash, which knows no memory.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wrapper = fileURLToPath(new URL('measure-command.py', import.meta.url));
const largestOutput = 2 ** 28;

/** The environment of everything that is run: nothing in it may slow Node down or change what Holdfast does. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|HOLDFAST_.*|RESTIC_.*|BORG_.*)$/.test(name)),
);

const meters = {
  python3: {
    works: () => quiet(['python3', '-c', 'import os; os.posix_spawnp, os.wait4']),
    start: (argv) => ['python3', '-I', '-S', wrapper, ...argv],
    read: ({ output }) => JSON.parse(output[3]),
  },
  'GNU time': {
    works: () => quiet(['/usr/bin/time', '-f', '%e %U %S %M', '-o', '/dev/null', 'true']),
    start: (argv) => ['/usr/bin/time', '-f', '%e %U %S %M', ...argv],
    read: ({ output, status }) => {
      const [wall, user, system, kibibytes] = numbersIn(output[2]);
      return { code: status, wall, cpu: user + system, memory: kibibytes * 1024 };
    },
  },
  bash: {
    works: () => true,
    start: (argv) => ['bash', '-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', ...argv],
    read: ({ output, status }) => {
      const [wall, user, system] = numbersIn(output[2]);
      return { code: status, wall, cpu: user + system };
    },
  },
};

/** What counts: the first of the meters that works here. */
export const meter = Object.keys(meters).find((name) => meters[name].works());

/**
 * Runs one command and measures it. Throws if it ends with a status that is not in `accepts` (0 alone by default).
 * @param {{ argv: string[], cwd?: string, env?: Record<string, string>, stdout?: string, accepts?: number[] }} command
 *   `stdout` is a file that takes its standard output.
 * @returns {{ wall: number, cpu: number, memory?: number, output: string }} seconds and bytes
 */
export function measure({ argv, cwd, env, stdout, accepts = [0] }) {
  const [program, ...args] = meters[meter].start(argv);
  const target = stdout === undefined ? 'pipe' : openSync(stdout, 'w');
  const ended = run(program, args, { cwd, env, stdio: ['ignore', target, 'pipe', 'pipe'] });
  if (stdout !== undefined) closeSync(target);
  if (ended.error !== undefined) throw ended.error;
  const { code, ...cost } = meters[meter].read(ended);
  if (!accepts.includes(code)) throw new Error(`${argv.join(' ')}\nended with status ${code}\n${ended.stdout ?? ''}${ended.stderr}`);
  return { ...cost, output: ended.stdout ?? '' };
}

/** A command line of several programs; it fails if one of them does. */
export function pipeline(text) {
  return ['bash', '-o', 'pipefail', '-c', text];
}

/** Runs a command that is not measured, and returns its standard output. Throws if it fails. */
export function must(argv, options = {}) {
  const [program, ...args] = argv;
  const { status, error, stdout, stderr } = run(program, args, options);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${argv.join(' ')}\nended with status ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** The first line that a program says of its version, without what it was built with; undefined if it is not installed. */
export function versionOf(argv) {
  const [program, ...args] = argv;
  const { status, error, stdout, stderr } = run(program, args, {});
  return error === undefined && status === 0
    ? `${stdout}${stderr}`
        .trim()
        .split('\n')[0]
        .replace(/ \(Library.*| compiled with.*/, '')
    : undefined;
}

export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function run(program, args, { cwd, env, stdio }) {
  return spawnSync(program, args, { cwd, stdio, encoding: 'utf8', maxBuffer: largestOutput, env: { ...environment, ...env } });
}

function quiet(argv) {
  const [program, ...args] = argv;
  return run(program, args, { stdio: 'ignore' }).status === 0;
}

function numbersIn(text) {
  return text.trim().split('\n').at(-1).split(' ').map(Number);
}
