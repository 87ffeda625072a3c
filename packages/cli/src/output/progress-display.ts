import type { OnProgress, Progress } from '@holdfast/core';
import { advanceEstimate, type ProgressEstimate, secondsLeft, startEstimate } from './progress-estimate.js';
import { progressLine, type ProgressLineStyle } from './progress-line.js';

export interface ProgressDisplay {
  readonly update: OnProgress;
  /** Takes the line off the screen, for as long as something else is written. */
  clear(): void;
  /** Takes the line off the screen until {@link resume}. */
  pause(): void;
  resume(): void;
  /** Takes the line off the screen for good. */
  stop(): void;
}

const drawEverySeconds = 0.1;
const clearLine = '\r\u001b[2K';

/** Shows progress on one line of a terminal, which it draws over and over and removes at the end. */
export function showProgress(
  stream: { write(text: string): unknown },
  style: () => ProgressLineStyle,
  now: () => number = () => performance.now() / 1000,
): ProgressDisplay {
  let latest: Progress | undefined;
  let estimate: ProgressEstimate = startEstimate(now());
  let drawnAt = Number.NEGATIVE_INFINITY;
  let shown = false;
  let paused = false;

  const draw = (): void => {
    if (latest === undefined || paused) return;
    const at = now();
    drawnAt = at;
    estimate = advanceEstimate(estimate, at, latest.bytes);
    const state = { ...latest, rate: estimate.rate, secondsLeft: secondsLeft(estimate, latest.bytes, latest.totalBytes) };
    stream.write(clearLine + progressLine(state, style()));
    shown = true;
  };
  // Also where nothing moves, so that a stalled location shows as a falling rate.
  const timer = setInterval(draw, 500).unref();
  const clear = (): void => {
    if (shown) stream.write(clearLine);
    shown = false;
  };

  return {
    update(progress) {
      if (latest?.phase !== progress.phase || progress.bytes < latest.bytes) estimate = startEstimate(now());
      latest = progress;
      if (now() - drawnAt >= drawEverySeconds) draw();
    },
    clear,
    pause() {
      paused = true;
      clear();
    },
    resume() {
      paused = false;
    },
    stop() {
      clearInterval(timer);
      latest = undefined;
      clear();
    },
  };
}
