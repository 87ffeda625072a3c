import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const configErrorCatalogue = {
  'not-initialised': {
    message: 'There is no Holdfast data in {folder}.',
    remedy: 'Run "holdfast init", or name the right data directory.',
  },
  'already-initialised': {
    message: '{file} exists already.',
    remedy: 'Use the data directory as it is, or choose another one.',
  },
  'config-damaged': {
    message: '{file} can not be used: {reason}.',
    remedy:
      'Nothing was changed. Correct the file, or put back a copy of it; if there is none, move it away, run "holdfast init" and add the locations again.',
  },
  'config-busy': {
    message: 'Another process does not let go of {file}.',
    remedy: 'Wait until it is done and try again. If no Holdfast is running, delete that file.',
  },
  'config-too-new': {
    message: '{file} was written by a newer version of Holdfast (format {version}, this one knows {known}).',
    remedy: 'Use that version of Holdfast, or a newer one.',
  },
  'config-invalid': {
    message: 'These settings do not fit a location of the type "{provider}". {problems}',
    remedy: 'Correct them and try again.',
  },
  'location-config-too-new': {
    message: 'Location "{title}" has settings of version {version}, and the provider "{provider}" that is installed knows {known}.',
    remedy: 'Install a newer version of the provider package.',
  },
  'location-secrets-missing': {
    message: 'The secret settings of location "{title}" ({names}) are not in {file}.',
    remedy: 'Put back a copy of that file, or remove the location and add it again. Nothing that is stored there is touched by that.',
  },
  'unknown-location': {
    message: 'There is no location "{name}".{suggestion}',
    remedy: 'The locations are: {known}.',
  },
  'location-exists': {
    message: 'Location "{title}" has the same settings already.',
    remedy: 'Use that location, or remove it first.',
  },
  'title-taken': {
    message: 'There is a location called "{title}" already.',
    remedy: 'Choose another title. Upper and lower case make no difference.',
  },
  'title-invalid': {
    message: 'A location can not be called {title}.',
    remedy: 'A title has 1 to 60 characters, without control characters and without blanks at its ends.',
  },
  'location-failed': {
    message: 'Location "{title}": {reason}',
    remedy: '{advice}',
  },
} as const satisfies Record<string, ErrorEntry>;

export const configError = errorsOf(configErrorCatalogue);
