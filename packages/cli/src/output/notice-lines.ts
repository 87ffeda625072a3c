import type { Notice } from '@holdfast/core';
import type { Colors } from './colors.js';
import { safeText } from './safe-text.js';

/** What there is to know about a location although it works, a line each. */
export function noticeLines(notices: readonly Notice[], colors: Colors): string[] {
  return notices.map(({ message }) => `${colors.yellow('!')} ${safeText(message)}`);
}
