import { exitCodes, type ExitCode } from './run/exit-codes.js';

interface CommandErrorEntry {
  readonly message: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;
}

/** What the command line itself refuses. Everything else comes from the core with its own code and remedy. */
export const commandErrorCatalogue = {
  'bad-usage': { message: '{what}', remedy: 'See: {help}', exitCode: exitCodes.badUsage },
  'secret-argument': {
    message: '{option} takes a secret, and what is on a command line can be read by every user of this machine',
    remedy: '{instead}',
    exitCode: exitCodes.badUsage,
  },
  'unknown-issue': { message: 'There is no issue "{id}".', remedy: '{known}', exitCode: exitCodes.badUsage },
  'confirmation-needed': {
    message: '{question} There is no terminal to ask on.',
    remedy: 'Add --yes to go ahead without being asked.',
    exitCode: exitCodes.badUsage,
  },
  cancelled: { message: '{what}', remedy: '', exitCode: exitCodes.cancelled },
  'file-unreadable': { message: 'can’t read {path}: {cause}', remedy: 'Check the path and who may read it.', exitCode: exitCodes.failure },
  'file-not-json': {
    message: '{path} is not a JSON object: {cause}',
    remedy: 'It should look like {"field": "value"}.',
    exitCode: exitCodes.badUsage,
  },
  'no-key': {
    message: 'the data directory {dataDir} has no encryption key',
    remedy: 'Make one: holdfast init',
    exitCode: exitCodes.failure,
  },
  'key-missing': {
    message: '{source} holds no key',
    remedy: 'It should hold the key or password on its first line.',
    exitCode: exitCodes.badUsage,
  },
  'new-key-needed': {
    message: 'no key was given for the result',
    remedy: 'Hand one over with --new-key-file FILE or the HOLDFAST_NEW_KEY environment variable.',
    exitCode: exitCodes.badUsage,
  },
  'old-kit-not-saved': {
    message: 'the emergency kit of the key {fingerprint} was never saved, and the backups that are there need it',
    remedy: 'Save it first with --old-kit DIR, or accept that with --without-kit. Nothing was changed.',
    exitCode: exitCodes.badUsage,
  },
  'new-kit-not-saved': {
    message: 'the emergency kit of the current key, {fingerprint}, was never saved, and the backups would need it from now on',
    remedy: 'Save it first: holdfast kit save DIR. Or accept that with --without-kit. Nothing was changed.',
    exitCode: exitCodes.badUsage,
  },
  'kit-folder-unusable': {
    message: 'no kit can be saved in {path}: {reason}',
    remedy: 'Choose a folder that is there and that you may write to, best on another device. Nothing was changed.',
    exitCode: exitCodes.badUsage,
  },
  'kit-not-shown': {
    message: 'there is no terminal to ask for a part of the key on',
    remedy: 'Name the saved kit: holdfast kit confirm FILE',
    exitCode: exitCodes.badUsage,
  },
  'backup-of-other-key': {
    message: 'the backup {id} is of the key {own}, not {fingerprint}',
    remedy: 'Leave --key out, or name another backup. Nothing was changed.',
    exitCode: exitCodes.badUsage,
  },
  'unsafe-entry': {
    message: 'the backup has entries that lead out of the target folder, which are not extracted: {names}',
    remedy: '{what} No proper backup has such entries: ask yourself where this one comes from.',
    exitCode: exitCodes.failure,
  },
  'file-unwritable': {
    message: 'can’t write {path}: {cause}',
    remedy: 'Check that its folder is there, and who may write to it.',
    exitCode: exitCodes.failure,
  },
  'file-system-error': {
    message: 'the file system did not let it be: {cause}',
    remedy: 'Check the path, whether its disk is there, sound and has room, and who may use it.',
    exitCode: exitCodes.failure,
  },
  'flow-aborted': {
    message: 'the set-up was ended by the provider: {reason}',
    remedy: 'Nothing was changed.',
    exitCode: exitCodes.failure,
  },
  'passphrase-needed': {
    message: 'no passphrase was given for the secrets in the file',
    remedy: 'Hand one over with --passphrase-file FILE, or leave the secrets out.',
    exitCode: exitCodes.badUsage,
  },
  'setup-file-invalid': {
    message: 'the set-up file {path} can’t be used: {faults}',
    remedy: 'Nothing was done. See: docs/setup.md',
    exitCode: exitCodes.badUsage,
  },
  'secret-not-given': {
    message: 'the environment variable {variable}, which a secret should come from, is not set',
    remedy: 'Set it, and run the same again: what was done stays done.',
    exitCode: exitCodes.badUsage,
  },
  'nothing-to-recover': {
    message: 'nothing can be recovered from "{location}": {reason}',
    remedy: 'Check the settings of the place, such as the folder or prefix, with the kit: holdfast recover --cancel, then again.',
    exitCode: exitCodes.failure,
  },
  'setting-invalid': {
    message: '{value} is no value of the setting {setting}: {what}',
    remedy: 'See: holdfast settings set --help',
    exitCode: exitCodes.badUsage,
  },
} as const satisfies Record<string, CommandErrorEntry>;

export type CommandErrorCode = keyof typeof commandErrorCatalogue;

/** An error of the command line: a stable code, what is wrong, what to do, and what the process answers with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    readonly code: CommandErrorCode,
    message: string,
    readonly remedy: string,
    readonly exitCode: ExitCode,
    readonly details: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

/** Makes an error of the catalogue; `{name}` in its texts is replaced by the detail of that name. */
export function commandError(code: CommandErrorCode, details: Readonly<Record<string, string>>): CommandError {
  const entry = commandErrorCatalogue[code];
  const fillIn = (template: string): string => template.replace(/\{(\w+)\}/g, (whole, name: string) => details[name] ?? whole);
  // What is a whole sentence is in the message already.
  const { what: _what, instead: _instead, question: _question, ...facts } = details;
  return new CommandError(code, fillIn(entry.message), fillIn(entry.remedy), entry.exitCode, facts);
}

/** An error that the answer already tells of. Its cause decides the exit code. */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';

  constructor(override readonly cause: unknown) {
    super('already reported');
  }
}
