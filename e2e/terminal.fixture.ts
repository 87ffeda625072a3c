import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const script = fileURLToPath(new URL('./pseudo-terminal.py', import.meta.url));

/** Real terminals are made by Python's standard library, which every Linux and macOS builder has. Windows has none of that kind. */
export const hasPseudoTerminal = process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;

export const keys = { enter: '\r', down: '\u001b[B', interrupt: '\u0003', clearLine: '\u0015' } as const;

/** A command that runs in a terminal of its own, and somebody who reads and types there. */
export interface TerminalSession extends AsyncDisposable {
  /** Waits until a text is on the screen, behind what was waited for before. Fails with the screen if the command ends without it. */
  see(text: string | RegExp): Promise<void>;
  type(...texts: readonly string[]): void;
  /** Waits for a question, then answers it with a line. */
  answer(question: string | RegExp, line: string): Promise<void>;
  /** The exit code, and all that was ever on the screen, without colours. */
  ended(): Promise<{ readonly code: number | null; readonly screen: string }>;
}

const patienceMilliseconds = 30_000;

export function openTerminal(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): TerminalSession {
  const child = spawn('python3', [script, ...command], { cwd: options.cwd, env: { ...options.env, TERM: 'xterm' }, stdio: 'pipe' });
  let screen = '';
  let seenTo = 0;
  let closed = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      wake();
    });
  }
  child.stdin.on('error', () => {});
  const end = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      closed = true;
      wake();
      resolve(code);
    });
  });

  /** Until something happens, or the time is up. */
  const change = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });

  async function see(text: string | RegExp): Promise<void> {
    const deadline = Date.now() + patienceMilliseconds;
    for (;;) {
      const rest = stripVTControlCharacters(screen).slice(seenTo);
      const found = typeof text === 'string' ? rest.indexOf(text) : rest.search(text);
      if (found >= 0) {
        seenTo += found + (typeof text === 'string' ? text.length : (text.exec(rest)?.[0].length ?? 0));
        return;
      }
      const left = deadline - Date.now();
      if (closed || left <= 0)
        throw new Error(`${closed ? 'The command ended' : 'Time ran out'} before ${text} was on the screen:\n${rest}`);
      await change(left);
    }
  }

  const type = (...texts: readonly string[]): void => void child.stdin.write(texts.join(''));
  return {
    see,
    type,
    async answer(question, line) {
      await see(question);
      type(line, keys.enter);
    },
    async ended() {
      return { code: await end, screen: stripVTControlCharacters(screen) };
    },
    async [Symbol.asyncDispose]() {
      if (!closed) child.kill('SIGTERM');
      await end;
    },
  };
}
