import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const keyErrorCatalogue = {
  'key-exists': {
    message: 'This data directory has an encryption key already.',
    remedy: 'Keep using it: the backups that were made with it need it.',
  },
  'keys-file-damaged': {
    message: "The file with the encryption keys, {path}, can't be used: {reason}.",
    remedy: 'It was left as it is. Put back a good copy of it, or restore your backups with the key from the emergency kit.',
  },
  'kit-not-written': {
    message: "The emergency kit can't be written into {folder} ({reason}).",
    remedy: 'Choose a folder that is there and that you may write to, best on another device.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const keyError = errorsOf(keyErrorCatalogue);
