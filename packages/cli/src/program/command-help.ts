import type { Command } from 'commander';

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;

/** How help looks; commander takes the colours out where they are not wanted. */
export function styleHelp(program: Command, colors: boolean): void {
  program.configureHelp({
    styleTitle: bold,
    styleCommandText: bold,
    styleSubcommandText: cyan,
    styleOptionText: cyan,
    styleArgumentText: cyan,
    sortSubcommands: false,
  });
  program.configureOutput({
    // Usage errors are told by ourselves: with --json as a document.
    outputError: () => {},
    ...(colors ? {} : { getOutHasColors: () => false, getErrHasColors: () => false }),
  });
}

/** Ends a command's help with examples, and where the options of every command are. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', ({ command: shown }) => {
    const globals =
      shown.parent === null ? [] : ['', `Options of every command, such as --data-dir, --json and --yes: ${rootOf(shown).name()} --help`];
    return ['', bold('Examples:'), ...examples.map((example) => `  $ ${example}`), ...globals].join('\n');
  });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
