import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { Socket } from 'node:net';

/** A program that ends with this process, however that ends. */
export interface TiedProcess {
  readonly program: string;
  /** Fulfilled with how it ended: `exit code 1`, `SIGKILL`, or why it could not be started. */
  readonly ended: Promise<string>;
  /** How it ended, when it has. */
  readonly end: string | undefined;
  /** It doesn't keep this process from ending. */
  unref(): void;
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * A shell with a group of its own becomes the program; the part of it that stays behind reads from us. When our end closes, as it does with
 * this process, it kills the program and removes the folder, if there is one. As long as it lives, the number of the group can't become
 * somebody else's.
 */
const script = `
folder=$1
shift
exec 3<&0 </dev/null
{
  cat <&3 >/dev/null
  kill -9 $$
  if [ -n "$folder" ]; then rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }; fi
} 2>/dev/null &
exec 3<&-
exec "$@"
`;

export interface TiedProcessOptions {
  readonly program: string;
  readonly programArguments: readonly string[];
  /** Removed when the program is stopped or this process ends. */
  readonly folder?: string;
  /** The file that its output goes to. */
  readonly log: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function startTiedProcess({ program, programArguments, folder, log, environment }: TiedProcessOptions): TiedProcess {
  const output = openSync(log, 'a');
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', script, 'sh', folder ?? '', program, ...programArguments], {
      stdio: ['pipe', output, output],
      detached: true,
      cwd: '/',
      env: environment,
    });
  } finally {
    closeSync(output);
  }
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    const note = (how: string) => {
      end ??= how;
      // What stays behind has nothing to wait for.
      child.stdin?.destroy();
      resolve(how);
    };
    child.on('error', (error) => note(error.message));
    child.on('exit', (code, signal) => note(signal === null ? `exit code ${code}` : signal));
  });
  child.stdin?.on('error', () => {});
  // The process itself is what is waited for.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    program,
    ended,
    get end() {
      return end;
    },
    unref() {
      child.unref();
    },
    async stop() {
      child.ref();
      child.stdin?.destroy();
      if (end === undefined) child.kill('SIGKILL');
      await ended;
    },
  };
}
