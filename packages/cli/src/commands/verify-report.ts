import type { VerifyResult } from '@holdfast/core';
import type { Colors } from '../output/colors.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';

const proof: Readonly<Record<VerifyResult['seal'], string>> = {
  sealed: 'proven whole by its seal',
  unverified: 'it is what its seal says, but no key here proves the seal',
  unsealed: 'all of it is readable, but it has no seal',
};

/** What verifying has proven, and what it could not. */
export function verifiedLines(name: string, place: string | undefined, result: VerifyResult, colors: Colors): string[] {
  const { files, bytes, size, seal, notes } = result;
  const read = `${formatBytes(size)} read, ${formatCount(files, 'file')} with ${formatBytes(bytes)}`;
  const where = place === undefined ? '' : ` at ${safeText(place)}`;
  const verdict = seal === 'unsealed' ? colors.yellow('readable') : colors.green('whole');
  return [
    `${verdict}  ${colors.bold(safeText(name))}${where}: ${read}; ${proof[seal]}`,
    ...notes.map((note) => `  ${colors.yellow('!')} ${safeText(note.message)}`),
  ];
}

/** Whether something about it needs a look, though the backup itself is whole: other notes are on what is odd and no fault. */
export function needsLook({ notes }: VerifyResult): boolean {
  return notes.some(({ code }) => code === 'index-unreadable');
}
