import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const configErrorCatalogue = {
  'not-initialised': {
    message: 'There is no Holdfast data in {folder}.',
    remedy: 'Run "holdfast setup" or "holdfast init", or name the right data directory.',
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
    message: 'The secret settings of location "{title}" ({names}) are missing: they are not in {store}.',
    remedy: 'Enter them again with "holdfast location reauth {location}", or put back a copy of what is lost.',
  },
  'unknown-location': {
    message: 'There is no location "{name}".{suggestion}',
    remedy: 'The locations are: {known}.',
  },
  'location-exists': {
    message: 'Location "{title}" is at this place already.',
    remedy: 'Use that location, or remove it first.',
  },
  'location-overlaps': {
    message:
      'This place lies {relation} that of location "{title}". Each would take the backups of the other for its own, and could delete them.',
    remedy: 'Choose a place beside it, or remove that location first. Nothing that is stored there is touched by that.',
  },
  'location-elsewhere': {
    message: 'These settings lead to another place than that of location "{title}".',
    remedy: 'Enter the credentials for the same place. To let the location move, run "holdfast location reconfigure {location}".',
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
  'unknown-flow': {
    message: 'There is no unfinished set-up "{token}".',
    remedy: 'It may be finished, cancelled or older than a day. "holdfast location flows" lists those that are there; or start again.',
  },
  'flow-busy': {
    message: 'Process {pid} on {host} is at work on this set-up, since {since}.',
    remedy: 'Wait until it is done, or end it, and try again.',
  },
  'flow-outdated': {
    message: 'This set-up was begun with version {begun} of the provider package {package}, and {version} is installed now.',
    remedy: 'Start it again.',
  },
  'flow-answer-invalid': {
    message: 'This is no answer to the step "{step}": expected {expected}.',
    remedy: 'Answer it again.',
  },
  'flow-failed': {
    message: 'The set-up by the provider "{provider}" could not go on: {reason}',
    remedy: '{advice}',
  },
  'flow-needs-person': {
    message: 'The step "{step}" of the set-up needs a person. {what}',
    remedy: 'Go on at a terminal: holdfast location add --resume {token}',
  },
  'flow-stalled': {
    message: 'The step "{step}" of the set-up by the provider "{provider}" does not come to an end.',
    remedy: 'Look into the log, and tell the author of the provider package.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const configError = errorsOf(configErrorCatalogue);
