import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { isClosedPipe } from './closed-pipe.js';
import { type Colors, colorsFor } from './colors.js';
import { type ProgressDisplay, showProgress } from './progress-display.js';

export interface OutputSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** `false` after `--no-color`. */
  readonly color: boolean;
}

/** Where a command's words go: the answer on standard output, everything by the way on standard error. */
export interface Terminal {
  readonly settings: OutputSettings;
  /** For standard output. */
  readonly colors: Colors;
  /** For standard error. */
  readonly noteColors: Colors;
  /** Cells of standard output; infinite where it is no terminal. */
  readonly width: number;
  /** Is somebody there to answer a question? */
  readonly interactive: boolean;
  /** What was asked for. With `--json` the document, otherwise the text. */
  answer(document: unknown, text: () => string): void;
  /** What was done. As `answer`, but the text is left out with `--quiet`. */
  report(document: unknown, text: () => string): void;
  /** Many lines of an answer, or a file's bytes, no faster than they are taken. Ends quietly where they are not wanted any more. */
  stream(chunks: AsyncIterable<string | Uint8Array>): Promise<void>;
  /** Something by the way on standard error; left out with `--json` and `--quiet`. */
  note(text: string): void;
  /** Something that must be seen, on standard error, whatever was asked for. */
  warn(text: string): void;
  /** The progress of what is being done; `undefined` where nobody looks. One at a time; stop it. */
  progress(): ProgressDisplay | undefined;
  /** Keeps progress off the screen while somebody is asked something in the middle of a piece of work. */
  withoutProgress<Answer>(ask: () => Promise<Answer>): Promise<Answer>;
}

export function createTerminal(settings: OutputSettings): Terminal {
  const { stdout, stderr, env } = process;
  const closed = new Set<Writable>();
  for (const stream of [stdout, stderr]) stream.on('error', (error: NodeJS.ErrnoException) => forget(stream, error, closed));
  const noteColors = colorsFor(stderr, env, settings.color);
  let display: ProgressDisplay | undefined;

  const write = (stream: Writable, text: string): void => {
    display?.clear();
    if (!closed.has(stream)) stream.write(`${text}\n`);
  };
  const answer = (document: unknown, text: () => string): void => {
    write(stdout, settings.json ? JSON.stringify(document, undefined, 2) : text());
  };

  return {
    settings,
    colors: colorsFor(stdout, env, settings.color),
    noteColors,
    width: stdout.isTTY ? Math.max(40, stdout.columns) : Number.POSITIVE_INFINITY,
    // Looking at standard input opens it, so it comes last.
    interactive: !settings.json && stderr.isTTY && process.stdin.isTTY,
    answer,
    report(document, text) {
      if (settings.json || !settings.quiet) answer(document, text);
    },
    async stream(chunks) {
      for await (const chunk of chunks) {
        if (closed.has(stdout)) return;
        if (!stdout.write(chunk)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
      }
    },
    note(text) {
      if (!settings.json && !settings.quiet) write(stderr, text);
    },
    warn(text) {
      write(stderr, text);
    },
    progress() {
      if (!stderr.isTTY || settings.json || settings.quiet) return undefined;
      const unicode = hasBlocks(env);
      display = showProgress(stderr, () => ({ width: Math.max(20, stderr.columns - 1), colors: noteColors, unicode }));
      return display;
    },
    async withoutProgress(ask) {
      display?.pause();
      try {
        return await ask();
      } finally {
        display?.resume();
      }
    },
  };
}

function hasBlocks(environment: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return environment['WT_SESSION'] !== undefined;
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return environment['TERM'] !== 'linux' && /utf-?8/i.test(locale);
}

function forget(stream: Writable, error: NodeJS.ErrnoException, closed: Set<Writable>): void {
  if (!isClosedPipe(error)) throw error;
  closed.add(stream);
}
