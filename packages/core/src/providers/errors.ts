import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const providerErrorCatalogue = {
  'provider-folder-missing': {
    message: 'The provider folder {folder} can not be read: {reason}.',
    remedy: 'Correct the path, or create the folder and put provider packages into it.',
  },
  'manifest-invalid': {
    message: 'The manifest of {subject} is not valid. {problems}',
    remedy: 'Install another version of the package, or tell its author. The manifest is the "holdfast" part of its package.json.',
  },
  'provider-incompatible': {
    message: 'Provider package {subject} works with Holdfast {range}, and this is Holdfast {host}.',
    remedy: 'Install a version of the package that fits, or another version of Holdfast.',
  },
  'duplicate-provider': {
    message: 'Provider package {subject} in {folder} contributes the type "{type}", which {other} contributes already.',
    remedy: 'Remove one of the two packages.',
  },
  'unknown-provider': {
    message: 'There is no provider type "{type}".{suggestion}',
    remedy: 'Installed types: {known}. Install the package that contributes the type, or correct its name.',
  },
  'provider-entry-missing': {
    message: 'Provider package {subject} can not be started: its main module {entry} is not there.',
    remedy: 'Install the package again. In a checkout of its source, build it first.',
  },
  'provider-import-failed': {
    message: 'Provider package {subject} can not be loaded: {reason}',
    remedy: 'Install the package again with its dependencies. If that does not help, tell its author.',
  },
  'provider-activation-failed': {
    message: 'Provider package {subject} failed while it was started: {reason}',
    remedy: 'Look into the log, and tell the author of the package. Another version of it may work.',
  },
  'provider-broken': {
    message: 'Provider package {subject} does not keep to the provider contract: {reason}.',
    remedy: 'Tell the author of the package. Another version of it may work.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const providerError = errorsOf(providerErrorCatalogue);
