import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Ends what is left of providers' processes when the host dies without having the time to. */
export interface Reaper {
  add(pid: number): void;
  /** The process and its group are gone. */
  remove(pid: number): void;
}

/**
 * A shell that reads `+pid` and `-pid` and, when its input ends, as it does with the host however that dies, kills the groups that remain. A provider ends by
 * itself when its channel closes, but one in an endless loop doesn't notice.
 */
const script = `
groups=' '
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) groups="$groups$pid " ;;
    -*) groups="\${groups%% $pid *} \${groups#* $pid }" ;;
  esac
done
for pid in $groups; do kill -9 "-$pid"; done
`;

let shared: Reaper | undefined;

/** The one of this process. Windows has no such groups; there a provider only ends by itself. */
export function reaper(): Reaper {
  shared ??= process.platform === 'win32' ? { add() {}, remove() {} } : createReaper();
  return shared;
}

function createReaper(): Reaper {
  const pids = new Set<number>();
  let shell: ChildProcess | undefined;

  /** Started with the first process, and again should somebody have ended it. */
  function start(): ChildProcess {
    // A session of its own, so that what ends the host's terminal does not end it too early.
    const started = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {}, cwd: '/' });
    const forget = () => {
      if (shell === started) shell = undefined;
    };
    started.on('error', forget);
    started.on('exit', forget);
    started.stdin?.on('error', forget);
    // Neither keeps the host from ending.
    started.unref();
    if (started.stdin instanceof Socket) started.stdin.unref();
    for (const pid of pids) started.stdin?.write(`+${pid}\n`);
    return started;
  }

  return {
    add(pid) {
      pids.add(pid);
      if (shell === undefined) shell = start();
      else shell.stdin?.write(`+${pid}\n`);
    },
    remove(pid) {
      if (pids.delete(pid)) shell?.stdin?.write(`-${pid}\n`);
    },
  };
}
