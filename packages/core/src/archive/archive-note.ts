import { displayName } from '../base/file-name.js';

const messages = {
  'end-cut': 'its compressed data lacks its last bytes, and with them its checksum; all of its files are complete',
  'size-rounded': 'the size that is stated for it is a few bytes too small, as some versions of Home Assistant wrote it',
} as const;

export type ArchiveNoteCode = keyof typeof messages;

/** What is readable in an inner archive, but not as it should be. */
export interface ArchiveNote {
  readonly code: ArchiveNoteCode | 'index-unreadable';
  readonly member: string;
  readonly message: string;
}

export function archiveNote(code: ArchiveNoteCode, member: string): ArchiveNote {
  const shown = displayName(member);
  return { code, member: shown, message: `${shown}: ${messages[code]}.` };
}
