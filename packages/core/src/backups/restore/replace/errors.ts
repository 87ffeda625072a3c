import { type ErrorEntry, errorsOf } from '../../../base/errors.js';

export const replaceErrorCatalogue = {
  'restore-nowhere': {
    message: 'No folder is named to restore {source} into.',
    remedy: 'Name one for all sources, or one for each of those that are wanted.',
  },
  'restore-folders-overlap': {
    message: '{one} and {other} would be restored into each other.',
    remedy: 'Give each source a folder that lies in none of the others.',
  },
  'replace-takes-sources': {
    message: 'Folders are replaced as a whole, and only {selection} was chosen.',
    remedy: 'Choose whole sources, or restore single files over what is there with --overwrite.',
  },
  'replace-refused': {
    message: "{folder} can't be replaced: {reason}.",
    remedy: 'Restore into a new folder, and move from there what you need.',
  },
  'restore-no-space': {
    message: 'There is no room for the restore at {folder}: it takes {needed}, and {free} are free.',
    remedy: 'Free some space, restore less (--source), or restore to another disk. Nothing was changed.',
  },
  'restore-incomplete': {
    message: '{count} could not be restored as the backup has them, so what is there was left as it is: {names}',
    remedy: 'Mend what keeps them from being restored, or accept it: --accept-problems.',
  },
  'restore-differs': {
    message: 'What was restored of {path} is not what the backup has: {what}. What is there was left as it is.',
    remedy: 'Check the disk and the memory of this machine, then restore again.',
  },
  'restore-unconfirmed': {
    message: 'The former state of {folder} is still kept, from a restore of {date}.',
    remedy: 'Confirm that restore (holdfast restore confirm {folder}) or undo it (holdfast restore undo {folder}), then restore again.',
  },
  'restore-busy': {
    message: 'Another process restores into {folder} (process {pid}, since {since}).',
    remedy: 'Wait until it is done.',
  },
  'restore-in-the-way': {
    message: '{path} has appeared while {folder} was being replaced.',
    remedy: 'Stop what writes there, move {path} elsewhere, then go on: holdfast restore status {folder}',
  },
  'restore-not-switched': {
    message: 'The folder {folder} is between its former and its restored state: {reason}.',
    remedy: 'Nothing is lost: all of it lies in {folder} and {work}. Mend what is in the way, then go on: holdfast restore status {folder}',
  },
  'restore-leftovers': {
    message: "What is no longer needed of a restore, in {work}, can't be deleted: {reason}.",
    remedy:
      '{folder} itself is as it should be. Go on as a user who may delete it (holdfast restore status {folder}), or delete it by hand.',
  },
  'no-restore': {
    message: 'No former state is kept for {folder}.',
    remedy:
      'Name the folder as in --to of the restore. Without a folder, `holdfast restore status` lists what this data directory knows of.',
  },
  'restore-journal-damaged': {
    message: "What was noted about a restore, {path}, can't be read: {reason}.",
    remedy: 'The former state lies beside it in the folder "former", the restored one in "new" or in its place already. Move them by hand.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const replaceError = errorsOf(replaceErrorCatalogue);
