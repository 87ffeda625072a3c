import { type ErrorEntry, errorsOf } from '../base/errors.js';

/** What can be wrong with a backup file. `corrupt`, `truncated` and `wrong-key` are told apart because their remedies differ. */
export const archiveErrorCatalogue = {
  'not-a-backup': {
    message: 'This is not a Home Assistant backup: {what}.',
    remedy: 'Choose the backup file itself, as it was copied or downloaded: one .tar file, neither unpacked nor compressed again.',
  },
  truncated: {
    message: 'The backup file is cut short: it ends at byte {offset}, {where}.',
    remedy: 'Copy or download the file again and compare its size with the original, or use another copy of this backup.',
  },
  corrupt: {
    message: '{member} is damaged: {what} ({bytes} of {layer}).',
    remedy:
      'Copy or download the file again, or use another copy of this backup or an older one. The other parts of it may still be whole.',
  },
  'wrong-key': {
    message: 'The encryption key does not open {member}.',
    remedy:
      'Enter the key that was in use when this backup was made; the emergency kit of that time holds it. ' +
      'If the same key opens other parts of this backup, then the beginning of this part is damaged.',
  },
  'key-needed': {
    message: '{member} is encrypted, and no key was given.',
    remedy: 'Enter the key that was in use when this backup was made; the emergency kit of that time holds it.',
  },
  'unsupported-format': {
    message: '{member} cannot be read by this version of Holdfast: {what}.',
    remedy: 'Use a newer version of Holdfast, or restore this part with Home Assistant.',
  },
  'metadata-unreadable': {
    message: '{member} of this backup cannot be read: {what}.',
    remedy: 'Copy or download the file again, or use another copy of this backup or an older one.',
  },
  'index-unreadable': {
    message: 'The index of this backup cannot be read: {what}.',
    remedy: 'The backup itself can still be read without it: restore or verify it as a whole. If the index was damaged, use another copy.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Makes the errors of {@link archiveErrorCatalogue}. */
export const archiveError = errorsOf(archiveErrorCatalogue);
