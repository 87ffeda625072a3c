import { type ErrorEntry, errorsOf } from '../../base/errors.js';

export const transferErrorCatalogue = {
  'export-invalid': {
    message: 'This is no export of locations: {reason}.',
    remedy: 'Give the file that "holdfast location export" has written, unchanged.',
  },
  'export-too-new': {
    message: 'This export was written by a newer version of Holdfast (format {version}, this one knows {known}).',
    remedy: 'Import it with that version of Holdfast, or a newer one.',
  },
  'export-changed': {
    message: 'This export was changed or damaged after it was written.',
    remedy: 'Nothing was imported. Export the locations again.',
  },
  'export-passphrase-wrong': {
    message: 'The passphrase is not the one that the secrets in this export are encrypted with.',
    remedy: 'Nothing was imported. Give the right one, or none: the locations then come without their secrets, which are entered again.',
  },
  'export-passphrase-weak': {
    message: 'The passphrase for an export has at least {least} characters.',
    remedy: 'Choose a longer one: whoever gets hold of the file can try as many as they like.',
  },
  'export-lacks-location': {
    message: 'There is no location "{name}" in this export.',
    remedy: 'The locations in it are: {known}.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const transferError = errorsOf(transferErrorCatalogue);
