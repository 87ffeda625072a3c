import { type Command, Option } from 'commander';
import type { FileDecryptOptions, FileEncryptOptions } from '../commands/file-convert.js';
import type { RestoreChoices } from '../commands/restore-report.js';
import type { FileListOptions } from '../commands/file-list.js';
import type { KeyOptions } from '../keys/given-key.js';
import { withExamples } from './command-help.js';
import { withFileKeyOptions, withKeyToTest } from './key-options.js';
import { collect } from './option-values.js';
import { perform } from './perform.js';

const backupFile = 'a backup in the format of Home Assistant: one .tar file';

/** `file info|list|cat|extract|verify|decrypt|encrypt`: a backup file and its key, without a host, a set-up or a data directory. */
export function completeFile(file: Command): void {
  withExamples(file, ['holdfast file info backup.tar', 'holdfast file extract backup.tar --to ./restored']);
  addInfo(file);
  addList(file);
  addCat(file);
  addExtract(file);
  addVerify(file);
  addDecrypt(file);
  addEncrypt(file);
}

function addInfo(file: Command): void {
  const info = file
    .command('info')
    .description('Show what a backup file is; needs no key, and tests one that is given')
    .argument('<file>', backupFile)
    .action((path: string, options: KeyOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-info.js')).fileInfo(context, path, options)),
    );
  withExamples(withKeyToTest(info), ['holdfast file info backup.tar', 'holdfast file info backup.tar --key-file key.txt --json']);
}

function addList(file: Command): void {
  const list = file
    .command('list')
    .description('List what is in a backup file')
    .argument('<file>', backupFile)
    .option('-l, --long', 'with permissions, size and date')
    .option('--source <source>', 'only of this source (repeatable)', collect)
    .option('--path <path>', 'only this: dir/file, source:dir/file, *.txt (repeatable)', collect)
    .action((path: string, options: FileListOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-list.js')).listFile(context, path, options)),
    );
  withExamples(withFileKeyOptions(list), ['holdfast file list backup.tar --long', 'holdfast file list backup.tar --path "*.yaml"']);
}

function addCat(file: Command): void {
  const cat = file
    .command('cat')
    .description('Write one file of a backup file to standard output')
    .argument('<file>', backupFile)
    .argument('<path>', 'source:dir/file, or dir/file in the first source that has it')
    .action((path: string, entry: string, options: KeyOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-cat.js')).catFile(context, path, entry, options)),
    );
  withExamples(withFileKeyOptions(cat), [
    'holdfast file cat backup.tar homeassistant:configuration.yaml',
    'holdfast file cat backup.tar share:photo.jpg --key-file key.txt > photo.jpg',
  ]);
}

function addExtract(file: Command): void {
  const extract = file
    .command('extract')
    .description('Extract a backup file, or some of it, into a folder')
    .argument('<file>', backupFile)
    .requiredOption('--to <dir>', 'the folder to extract into; each inner archive becomes one in it')
    .option('--source <source>', 'only this source (repeatable)', collect)
    .option('--path <path>', 'only this: dir/file, source:dir/file, *.txt; a folder takes all below it (repeatable)', collect)
    .option('--dry-run', 'write nothing, list what would be extracted')
    .option('--overwrite', 'replace files that are there; without it they are left and told')
    .option('--no-owners', 'leave files to who extracts them')
    .action((path: string, options: RestoreChoices, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-extract.js')).extractFile(context, path, options)),
    );
  withExamples(withFileKeyOptions(extract), [
    'holdfast file extract backup.tar --to ./restored',
    'holdfast file extract backup.tar --to ./restored --path share:photos',
    'HOLDFAST_KEY=... holdfast file extract backup.tar --to ./restored --json',
  ]);
}

function addVerify(file: Command): void {
  const verify = file
    .command('verify')
    .description('Prove a backup file whole by reading all of it')
    .argument('<file>', backupFile)
    .action((path: string, options: KeyOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-verify.js')).verifyFile(context, path, options)),
    );
  withExamples(withFileKeyOptions(verify), ['holdfast file verify backup.tar', 'holdfast file verify backup.tar --key-stdin < key.txt']);
}

function addDecrypt(file: Command): void {
  const decrypt = file
    .command('decrypt')
    .description('Make a plain backup out of an encrypted one; Home Assistant opens both')
    .argument('<file>', backupFile)
    .requiredOption('--to <file>', 'the file to write; asks before one is replaced')
    .option('--overwrite', 'replace it without asking')
    .action((path: string, options: FileDecryptOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-convert.js')).decryptFile(context, path, options)),
    );
  withExamples(withFileKeyOptions(decrypt), [
    'holdfast file decrypt backup.tar --to plain.tar',
    'holdfast file decrypt backup.tar --to plain.tar --key-file key.txt',
  ]);
}

function addEncrypt(file: Command): void {
  const encrypt = file
    .command('encrypt')
    .description('Encrypt a plain backup, or an encrypted one with another key or version')
    .argument('<file>', backupFile)
    .requiredOption('--to <file>', 'the file to write; asks before one is replaced')
    .addOption(
      new Option('--format <version>', 'v2: AES-128, opens everywhere; v3: XChaCha20, Home Assistant 2026.3 and newer')
        .choices(['v2', 'v3'])
        .default('v2'),
    )
    .option('--new-key-file <file>', 'the key for the result, on the first line of a file (or set HOLDFAST_NEW_KEY; or be asked)')
    .option('--overwrite', 'replace the file without asking')
    .action((path: string, options: FileEncryptOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/file-convert.js')).encryptFile(context, path, options)),
    );
  withExamples(withFileKeyOptions(encrypt), [
    'holdfast file encrypt plain.tar --to backup.tar --new-key-file key.txt',
    'holdfast file encrypt old.tar --to new.tar --format v3 --key-file old.txt',
  ]);
}
