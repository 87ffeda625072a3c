import type { Command } from 'commander';

// A key is never the value of an option: arguments can be read by every user of the machine.

/** For commands that may need a key which this host doesn't have. */
export function withKeyOptions(command: Command): Command {
  return command
    .option('--key-file <file>', 'a key that this host does not have, on the first line of a file')
    .option('--key-stdin', 'the same from standard input (or set HOLDFAST_KEY; or be asked)');
}

/** For commands that work with a file alone. */
export function withFileKeyOptions(command: Command): Command {
  return command
    .option('--key-file <file>', 'the key or password of the backup, on the first line of a file')
    .option('--key-stdin', 'the same from standard input (or set HOLDFAST_KEY; or be asked)');
}

/** For a command that needs none, and does not ask. */
export function withKeyToTest(command: Command): Command {
  return command
    .option('--key-file <file>', 'a key or password to test, on the first line of a file')
    .option('--key-stdin', 'the same from standard input (or set HOLDFAST_KEY)');
}
