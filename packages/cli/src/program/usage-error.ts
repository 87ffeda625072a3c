import { type Command, CommanderError } from 'commander';
import { commandError } from '../errors.js';
import { reportOf } from '../output/error-report.js';
import { createTerminal } from '../output/terminal.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { reportError } from '../run/run-command.js';

const answered = new Set(['commander.helpDisplayed', 'commander.version', 'commander.help']);
const secretLike = /^--(key|password|passphrase|secret|encryption-key)$/;

/** Tells what is wrong with a command line. Anything that is no error, such as help, is through already. */
export function answerUsage(program: Command, error: unknown, args: readonly string[]): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.success;
  const settings = {
    json: args.includes('--json'),
    quiet: false,
    verbose: args.includes('--verbose'),
    color: !args.includes('--no-color'),
  };
  const terminal = createTerminal(settings);
  if (!(error instanceof CommanderError)) {
    reportError(terminal, error, reportOf(error));
    return exitCodes.failure;
  }
  // Help instead of a missing subcommand is on the screen; only a program wants it said.
  if (answered.has(error.code) && !settings.json) return exitCodes.badUsage;
  const usage = usageError(error, helpFor(program, args));
  reportError(terminal, usage, reportOf(usage));
  return exitCodes.badUsage;
}

function usageError(error: CommanderError, help: string): Error {
  const what = answered.has(error.code)
    ? 'a command is missing'
    : withoutValue(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
  const option = /^unknown option '(--[a-z-]+)/.exec(what)?.[1];
  if (option !== undefined && secretLike.test(option)) {
    return commandError('secret-argument', {
      option,
      instead: 'Hand a key over with --key-file FILE, --key-stdin or the HOLDFAST_KEY environment variable, or leave it out to be asked.',
    });
  }
  return commandError('bad-usage', { what, help });
}

/** `--option=value` without the value: it may be a secret. */
function withoutValue(message: string): string {
  return message.replace(/(unknown option '--[^'=]*)=[^']*'/, "$1'");
}

/** The help of the command that was meant, as far as it can be told. */
function helpFor(program: Command, args: readonly string[]): string {
  let command = program;
  const path = [program.name()];
  for (const word of args) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) continue;
    command = next;
    path.push(word);
  }
  return `${path.join(' ')} --help`;
}
