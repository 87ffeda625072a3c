import type { Phase } from '@holdfast/core';
import type { Colors } from './colors.js';
import { formatBytes, formatCount, formatDuration } from './quantities.js';
import { textWidth, truncate } from './text-width.js';

export interface ProgressState {
  readonly phase: Phase;
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  readonly files: number;
  readonly rate: number | undefined;
  readonly secondsLeft: number | undefined;
}

export interface ProgressLineStyle {
  readonly width: number;
  readonly colors: Colors;
  /** Block characters, where the terminal has them. */
  readonly unicode: boolean;
}

const labels: Readonly<Record<Phase, string>> = {
  preparing: 'Preparing',
  creating: 'Backing up',
  copying: 'Copying',
  'reading-back': 'Reading back',
  reading: 'Reading',
  verifying: 'Verifying',
  restoring: 'Restoring',
  downloading: 'Downloading',
  converting: 'Converting',
};

// Of a fixed width on each terminal: a bar that grows and shrinks with the numbers beside it can't be read.
const wideBar = 24;
const narrowBar = 10;

/** One line: phase, bar, share, bytes, rate, time left, files. On a narrow terminal it does without the last ones. */
export function progressLine(state: ProgressState, style: ProgressLineStyle): string {
  const label = labels[state.phase];
  const share = shareOf(state);
  const bytes =
    state.totalBytes === undefined ? formatBytes(state.bytes) : `${formatBytes(state.bytes)} of ${formatBytes(state.totalBytes)}`;
  const parts = [
    share === undefined ? undefined : `${String(Math.floor(share * 100)).padStart(3)} %`,
    state.phase === 'preparing' && state.bytes === 0 ? undefined : bytes,
    state.rate === undefined ? undefined : `${formatBytes(state.rate)}/s`,
    state.secondsLeft === undefined ? undefined : `${timeLeft(state.secondsLeft)} left`,
    state.files === 0 ? undefined : formatCount(state.files, 'file'),
  ].filter((part) => part !== undefined);

  const barWidth = style.width < 100 ? narrowBar : wideBar;
  const least = textWidth(label) + (share === undefined ? 0 : barWidth + 2);
  while (parts.length > 1 && least + widthOf(parts) > style.width) parts.pop();
  const left = style.width - textWidth(label) - widthOf(parts);
  if (left < 0) return truncate(label, style.width);
  const bar = share === undefined || left < barWidth + 2 ? [] : [drawBar(share, barWidth, style)];
  return [style.colors.bold(label), ...bar, ...parts].join('  ');
}

function timeLeft(seconds: number): string {
  return seconds < 10 ? `${Math.ceil(seconds)} s` : formatDuration(seconds);
}

function shareOf(state: ProgressState): number | undefined {
  if (state.totalBytes === undefined || state.totalBytes === 0) return undefined;
  return Math.min(1, state.bytes / state.totalBytes);
}

function widthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + 2 + textWidth(part), 0);
}

function drawBar(share: number, width: number, style: ProgressLineStyle): string {
  const full = Math.floor(share * width);
  const [on, off] = style.unicode ? ['█', '░'] : ['#', '-'];
  return style.colors.cyan(on.repeat(full)) + style.colors.dim(off.repeat(width - full));
}
