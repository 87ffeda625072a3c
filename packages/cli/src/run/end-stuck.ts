/** Milliseconds between two looks, and so many in a row that find the process stuck. */
const pause = 1_000;
const looks = 5;

export interface OwnProcess {
  getActiveResourcesInfo(): readonly string[];
  kill(pid: number, signal: 'SIGKILL'): unknown;
  readonly pid: number;
  readonly stdout: { readonly writableLength: number };
  readonly stderr: { readonly writableLength: number; write(text: string): unknown };
}

/**
 * To be called when a command is done. A share whose server is gone may keep a call of the file system, and with it the process, for ever, and nothing in Node takes such a call
 * back: then the process is ended by force. Whoever just reads its output slowly has all the time in the world.
 */
export function endWhenStuck(own: OwnProcess = process): void {
  let stuck = 0;
  const timer = setInterval(() => {
    const waits = own.stdout.writableLength + own.stderr.writableLength > 0;
    stuck = !waits && own.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')) ? stuck + 1 : 0;
    if (stuck < looks) return;
    clearInterval(timer);
    own.stderr.write('warning: A file system does not answer, so this command ends without waiting for it.\n');
    own.kill(own.pid, 'SIGKILL');
  }, pause).unref();
}
