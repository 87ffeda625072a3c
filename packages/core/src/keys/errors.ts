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
  'keys-busy': {
    message: 'Another process is changing the encryption keys in {path} and does not finish.',
    remedy: 'Wait until it is done, or end it, and try again. Nothing was changed here.',
  },
  'unknown-key': {
    message: 'No key of this host has the fingerprint {fingerprint}.',
    remedy: 'See those that it has: holdfast key list',
  },
  'ambiguous-key': {
    message: 'Several keys of this host have a fingerprint that starts with {fingerprint}: {candidates}.',
    remedy: 'Give more of the fingerprint.',
  },
  'key-in-use': {
    message: "The key {fingerprint} is the current one and can't be forgotten.",
    remedy: 'Make another one the current one first: holdfast key change',
  },
  'key-changed': {
    message: 'The key {fingerprint} is not the current one any more: somebody else changed it meanwhile.',
    remedy: 'Nothing was changed now. See `holdfast key list`, save the kit of the current key, and decide anew.',
  },
  'key-known': {
    message: 'This host has the key {fingerprint} already.',
    remedy: 'Nothing has to be done: backups of that key open.',
  },
  'key-not-one': {
    message: 'What was given is no encryption key of Holdfast or Home Assistant: {reason}.',
    remedy:
      'A key has seven groups of four letters and digits. Look at the emergency kit again. A password of another kind need not be kept: give it when it is asked for.',
  },
  'key-of-other-fingerprint': {
    message: 'The key is not the one with the fingerprint {fingerprint}.',
    remedy: 'A character was mistyped, or the kit is of another key. Nothing was changed.',
  },
  'kit-not-written': {
    message: "The emergency kit can't be written into {folder} ({reason}).",
    remedy: 'Choose a folder that is there and that you may write to, best on another device.',
  },
  'kit-unreadable': {
    message: "{path} can't be read as an emergency kit: {reason}.",
    remedy: 'Give the text file or the page that `holdfast kit save` wrote. If it is damaged, save a new one while this host has the key.',
  },
  'kit-of-other-key': {
    message: 'The kit {path} holds another key ({other}) than {fingerprint}.',
    remedy: 'Keep it as long as there are backups of its own key, and save one of this key: holdfast kit save DIR',
  },
  'kit-proof-wrong': {
    message: 'That is not group {group} of the key {fingerprint}.',
    remedy: 'Look at the kit of that fingerprint again: the key has seven groups of four, counted from the left.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const keyError = errorsOf(keyErrorCatalogue);
