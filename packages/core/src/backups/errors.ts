import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const backupErrorCatalogue = {
  'no-source': {
    message: 'There is nothing to back up: no folder was named.',
    remedy: 'Name at least one folder.',
  },
  'source-missing': {
    message: 'The folder {path} is not there.',
    remedy: 'Check the path; if it is on a drive or a share, see that it is mounted.',
  },
  'source-not-a-folder': {
    message: '{path} is not a folder.',
    remedy: 'Name the folder that it lies in. To back up one file alone, put it into a folder of its own.',
  },
  'source-unreadable': {
    message: 'The folder {path} may not be read.',
    remedy: 'Run Holdfast as a user who may read it, or change its permissions.',
  },
  'source-name-invalid': {
    message: 'A source can\'t be named "{name}".',
    remedy: 'Use 1 to 64 of a-z, 0-9, "-" and "_", starting with a letter or digit; "supervisor", "backup" and "snapshot" are taken.',
  },
  'source-name-taken': {
    message: 'Two sources of this backup are named "{name}".',
    remedy: 'Give one of them another name.',
  },
  'no-location': {
    message: 'There is no location to keep backups at.',
    remedy: 'Add one first, for example: holdfast location add local --path /mnt/backups',
  },
  'no-encryption-key': {
    message: 'This data directory has no encryption key.',
    remedy: 'Run `holdfast init`, which makes one.',
  },
  'encryption-required': {
    message: 'The location "{location}" takes encrypted backups only.',
    remedy: 'Encrypt this backup, or leave that location out.',
  },
  'too-large': {
    message: 'The backup is too large for the location "{location}": {size}, where {limit} is the most that it takes.',
    remedy:
      'Leave something out ({leaveOut}) or delete it at the source, or leave out that location. What is largest: {largest}. If the service takes ' +
      'more than that, raise the limit in the settings of the location.',
  },
  'local-storage-full': {
    message: 'There is no room left on the disk of the data directory, {folder}.',
    remedy:
      "Free some space there. A location whose provider can't take sizes later needs room for the largest part of a backup while it is sent; others need none.",
  },
  'backup-running': {
    message: 'Another process is working on the backups of this data directory (process {pid}, since {since}: {purpose}).',
    remedy: 'Wait until it is done.',
  },
  'no-location-stored': {
    message: 'No location stored the backup. {reasons}',
    remedy: 'See what each location says, mend one and run the backup again. Nothing of this backup was kept.',
  },
  'read-back-differs': {
    message: 'What the location "{location}" gives back is not what was sent to it, from byte {offset} on.',
    remedy:
      'The disk, the network or the memory of one of the machines is faulty. The backup was removed there; check the hardware before trusting it.',
  },
  'location-too-slow': {
    message: 'The location "{location}" fell too far behind the others ({why}), and was left out so that they need not wait.',
    remedy: 'A job sends it a copy from one of them when it has time; by hand: holdfast backup send {id} --to {to}',
  },
  'location-unresponsive': {
    message: 'The location "{location}" did not answer for {minutes} minutes, and the others could not wait for it any longer.',
    remedy: 'Look at it with `holdfast location check`. When it answers again, `holdfast backup send` gives it a copy.',
  },
  'copy-too-large': {
    message: 'The backup {id} has {size}, and the location "{location}" takes no more than {limit}.',
    remedy: 'Send it to another location. If the service takes more than that, raise the limit in the settings of the location.',
  },
  'older-than-kept': {
    message: 'The location "{location}" keeps only {kept} of the backups of this host, and has newer ones than {id}.',
    remedy: 'Send a newer backup there, or let the location keep more of them in its settings.',
  },
  'name-taken-there': {
    message: 'The backup {id} would be stored at "{location}" as {key}, and another file is there under that name.',
    remedy: 'Find out what that file is; rename it or delete it if nobody needs it, and send the backup again.',
  },
  'unknown-backup': {
    message: 'There is no backup "{id}".',
    remedy: 'See `holdfast backup list` for those that are there; with --scan it also finds files without a sidecar.',
  },
  'unknown-backup-some-away': {
    message: 'There is no backup "{id}" at the locations that answer; "{location}" doesn\'t: {reason}',
    remedy: 'See that the location is connected (`holdfast location check`), then try again.',
  },
  'backup-not-whole': {
    message: 'The backup {id} at "{location}" is not whole. {reason}',
    remedy: 'Use a copy at another location, or another backup.',
  },
  'ambiguous-backup': {
    message: 'Several backups start with "{id}": {candidates}.',
    remedy: 'Give more of the id, or the name of the file.',
  },
  'backup-not-at-location': {
    message: 'The backup {id} is not at the location "{location}".',
    remedy: 'Leave the location out to use any that has it, or choose one of: {locations}.',
  },
  'not-ours-to-delete': {
    message: 'The backup {id} at "{location}" is one of Home Assistant\'s, which keeps {file} beside it.',
    remedy: 'Delete it in Home Assistant, where its backups are listed; then its own list stays right.',
  },
  'metadata-file-unreadable': {
    message: '{file} says nothing about a backup: {reason}.',
    remedy: 'Home Assistant writes these files; look at the backup itself with `holdfast backup list --scan`.',
  },
  'sidecar-unreadable': {
    message: 'The sidecar {key} is not one that this version of Holdfast can read: {reason}.',
    remedy:
      'Update Holdfast if the sidecar was written by a newer version. Without its sidecar the backup can still be restored as a file, unsealed.',
  },
  'backup-differs': {
    message: 'The backup {id} is not what its sidecar says: {what}.',
    remedy: 'It was changed or damaged after it was made. Use the copy at another location, or an older backup.',
  },
  'seal-invalid': {
    message: 'The seal of the backup {id} is not valid: {what}.',
    remedy: 'The sidecar was changed or damaged after it was written. Use another copy of this backup or another backup.',
  },
  'seal-missing': {
    message: 'The backup {id} was sealed at "{location}", and now {what}.',
    remedy:
      'Find out who changed that location. Use another copy of this backup; if there is none, download the file and restore it as a file: what was ' +
      'changed in it may not be noticed.',
  },
  'seal-replaced': {
    message: 'The seal of the backup {id} at "{location}" is not the one that was put there: {what}.',
    remedy: 'Find out who changed that location. Use another copy of this backup or another backup.',
  },
  'backup-missing': {
    message: 'The backup {id} was stored at "{location}" and is gone, though Holdfast did not delete it there.',
    remedy: 'Find out who deleted it. If it was you, run `holdfast backup delete {id}`, and it is no longer expected.',
  },
  'backup-renamed': {
    message: 'The file {key} at "{location}" is the backup {id} of {date}, which its name does not say.',
    remedy: 'Give the file and its sidecar their name back: {name}',
  },
  'backup-replaced': {
    message: 'In place of the backup {id}, "{location}" holds another one: {other} of {date}.',
    remedy: 'Find out who changed that location. Use another copy of this backup or another backup.',
  },
  'backup-longer': {
    message: 'The backup {id} at "{location}" is longer than it was: {added} bytes were added behind byte {offset}.',
    remedy: 'Copy or download the file again, or use another copy of this backup.',
  },
  'bytes-changed': {
    message: 'The backup {id} at "{location}" was changed: bytes {ranges}, in {members}.',
    remedy: 'The hardware, the way there or someone changed them. Use another copy of this backup or another backup.',
  },
  'metadata-changed': {
    message: 'backup.json of the backup {id} at "{location}" was changed.',
    remedy: 'Use another copy of this backup or another backup.',
  },
  'member-missing': {
    message: 'The backup {id} at "{location}" lacks {member}, which was in it.',
    remedy: 'Someone took it out. Use another copy of this backup or another backup.',
  },
  'member-swapped': {
    message: 'In the backup {id} at "{location}", these are not in their own places: {members}.',
    remedy: 'Someone exchanged them. Use another copy of this backup or another backup.',
  },
  'member-renamed': {
    message: 'In the backup {id} at "{location}", {member} was renamed to {name}.',
    remedy: 'Use another copy of this backup or another backup.',
  },
  'member-foreign': {
    message: 'In the backup {id} at "{location}", {member} is not its own: {what}.',
    remedy: 'Someone put it there. Use another copy of this backup or another backup.',
  },
  'file-exists': {
    message: '{path} is there already.',
    remedy: 'Choose another name, or allow it to be replaced.',
  },
  'file-not-writable': {
    message: "Can't write to {path} ({reason}).",
    remedy: 'Choose a place where you may write and that has room.',
  },
  'backup-file-unreadable': {
    message: "The file {path} can't be read ({reason}).",
    remedy: 'Check the path and its permissions.',
  },
  'restore-broke-off': {
    message: 'Restoring {source} broke off ({reason}).',
    remedy:
      'Have more memory free for it, and restore again: what was restored is whole, and what is missing is restored then. If it happens again, report ' +
      'it with the output of holdfast diagnostics.',
  },
  'restore-target-unusable': {
    message: "Can't restore into {path} ({reason}).",
    remedy: 'Choose a folder that you may write to.',
  },
  'nothing-selected': {
    message: 'Nothing in the backup matches {selection}.',
    remedy: 'See what is in it: holdfast backup show {id} --files',
  },
  'path-not-in-backup': {
    message: 'There is no "{path}" in the backup {id}.{near}',
    remedy: 'See what is in it: holdfast backup ls {id}',
  },
  'path-ambiguous': {
    message: '"{path}" is in several sources of the backup {id}: {sources}.',
    remedy: 'Say which one is meant, for example: {example}',
  },
  'path-not-a-file': {
    message: '"{path}" in the backup {id} is {what}, and no file.',
    remedy: 'Name a file. What is not one can be restored: holdfast backup restore {id} --path {path} --to DIR',
  },
  'rekey-not-possible': {
    message: "The backup {id} can't be given another key: {reason}.",
    remedy: 'It was left as it is, and opens with the key that it has.',
  },
  'nothing-to-drill': {
    message: 'There is no backup that a key of this host opens.',
    remedy: 'Make one, or name one and give its key: holdfast backup drill ID --key-file FILE',
  },
  'replacement-not-proven': {
    message: 'The backup {id} stays at "{location}" for now: {replacement}, which takes its place, could not be proven whole: {reason}',
    remedy: 'See that the location can be read (`holdfast location check`); the next run tries again.',
  },
  cancelled: {
    message: 'Cancelled.',
    remedy: 'Nothing half-made was left behind. Run it again when you like.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const backupError = errorsOf(backupErrorCatalogue);
