/** Options of every command that have a value. */
const optionsWithValue = ['-d', '--data-dir', '--provider-folder'];

/** The first argument that is neither an option nor the value of one: where a command is to be named, its name. */
export function firstArgument(args: readonly string[]): string | undefined {
  return args.find((argument, index) => !argument.startsWith('-') && !optionsWithValue.includes(args[index - 1] ?? ''));
}
