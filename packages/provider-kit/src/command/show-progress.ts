import type { CheckResult } from '../report/report.js';

/** Tells who waits what is going on. */
export interface Progress {
  readonly tell: (what: string) => void;
  readonly checked: (result: CheckResult) => void;
  /** Takes it off the screen. */
  readonly stop: () => void;
}

const clearLine = '\r\u001b[2K';

/** On one line of a terminal, drawn over and over; elsewhere nothing. */
export function showProgress(stream: NodeJS.WriteStream, total: number): Progress {
  if (!stream.isTTY) return { tell() {}, checked() {}, stop() {} };
  let done = 0;
  let failed = 0;
  const draw = (text: string) => void stream.write(clearLine + text.slice(0, Math.max(20, stream.columns - 1)));
  return {
    tell: (what) => draw(`${what} ...`),
    checked({ id, state }) {
      done += 1;
      if (state === 'failed') failed += 1;
      draw(`${done} of ${total} checks${failed === 0 ? '' : `, ${failed} failed`}  ${id}`);
    },
    stop: () => void stream.write(clearLine),
  };
}
