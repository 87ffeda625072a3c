import { type ErrorEntry, errorsOf } from '../../base/errors.js';

export const secretErrorCatalogue = {
  'secrets-setting-invalid': {
    message: 'HOLDFAST_SECRETS is "{value}", which is no place for secrets.',
    remedy: 'Set it to file, encrypted or keyring, or leave it out.',
  },
  'keyring-unavailable': {
    message: 'The keyring of this user can not be used: {reason}.',
    remedy:
      'Run Holdfast where the keyring is unlocked, such as in a desktop session. Where there is none, as in a service, keep the secrets in a file: HOLDFAST_SECRETS=file or encrypted, set before the first one is stored.',
  },
  'keyring-key-missing': {
    message: 'The key to {file} is not in the keyring of this user.',
    remedy:
      'Run Holdfast as the user who stored the secrets, on the same machine. If the key is lost, move that file away and enter the secrets again: holdfast location reauth',
  },
  'secrets-passphrase-missing': {
    message: 'It takes a passphrase to read and to write the secrets in {file}, and none was given.',
    remedy: 'Put it on the first line of a file that only you can read, and name that file in HOLDFAST_SECRETS_PASSPHRASE_FILE.',
  },
  'secrets-passphrase-unreadable': {
    message: 'The passphrase for the secrets can not be read from {path}: {reason}.',
    remedy: 'Correct HOLDFAST_SECRETS_PASSPHRASE_FILE, or what it names: the passphrase is the first line of that file.',
  },
  'secrets-passphrase-wrong': {
    message: 'The passphrase is not the one that {file} is encrypted with.',
    remedy: 'Nothing was changed. Give the passphrase that was used when the first secret was stored.',
  },
  'secrets-elsewhere': {
    message: 'The secrets are {where}, and can not be moved from there.',
    remedy: 'The app that Holdfast runs in keeps them itself: look there.',
  },
  'secrets-twice': {
    message: 'There are secrets in {file} as well as in {other}, and they are not the same.',
    remedy: 'The former is used. Look which of the two you need, and move the other away.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const secretError = errorsOf(secretErrorCatalogue);
