import { type ErrorEntry, errorsOf } from '../../base/errors.js';

/** What goes wrong with the process of a provider package, and with no process in particular. */
export const providerProcessErrorCatalogue = {
  'provider-not-started': {
    message: 'The process of provider package {subject} could not be started: {reason}.',
    remedy: 'Try again. If that does not help, look into the log of the provider: holdfast provider logs {package}.',
  },
  'provider-crashed': {
    message: 'The process of provider package {subject} ended unexpectedly: {reason}.',
    remedy: 'It is started again when it is needed. Look into its log: holdfast provider logs {package}.',
  },
  'provider-unresponsive': {
    message: 'The process of provider package {subject} was ended, as it had not answered for {seconds} seconds.',
    remedy: 'It is started again when it is needed. If it happens often, tell the author of the package.',
  },
  'provider-out-of-memory': {
    message: 'The process of provider package {subject} was ended, as it needed more memory than a provider may have: {reason}.',
    remedy: 'It is started again when it is needed. If it happens often, tell the author of the package.',
  },
  'provider-broken-channel': {
    message: 'The process of provider package {subject} was ended, as it {reason}.',
    remedy: 'Tell the author of the package. Another version of it may work.',
  },
  'provider-stopped': {
    message:
      'Provider package {subject} is not started any more, as its process ended {crashes} times within {minutes} minutes. The last time: {lastError}{lastLog}',
    remedy:
      'Try it once more with: holdfast provider enable {package}. Or go back to the version before: holdfast provider rollback {package}.',
  },
  'provider-path-refused': {
    message: 'Provider package {subject} can not be allowed to use the path {path}: {reason}.',
    remedy: 'Use another path, or a symbolic link to this one.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const providerProcessError = errorsOf(providerProcessErrorCatalogue);
