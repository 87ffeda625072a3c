import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const hostErrorCatalogue = {
  'data-dir-busy': {
    message: 'The data directory {folder} is in use: process {pid} on {host}, since {since}, {purpose}.',
    remedy: 'Wait until it is done, or end it, and try again.',
  },
  'data-dir-not-writable': {
    message: 'Nothing can be written into the data directory {folder}: {reason}.',
    remedy: 'Run Holdfast as the user to whom that folder belongs, and see that its disk is mounted for writing.',
  },
  'service-running': {
    message: 'A service already looks after the data directory {folder}: process {pid} on {host}, since {since}.',
    remedy: 'One is enough: see how it is doing with `holdfast status`. To start another one, end that one first.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const hostError = errorsOf(hostErrorCatalogue);
