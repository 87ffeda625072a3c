/** An option of every command whose value is the next argument; `-qd` is `-q` and `-d`. */
const takesNext = /^(-[qy]*d|--data-dir|--provider-folder)$/;

/** The first argument that is neither an option nor the value of one: where a command is to be named, its name. */
export function firstArgument(args: readonly string[]): string | undefined {
  return args.find((argument, index) => !argument.startsWith('-') && !takesNext.test(args[index - 1] ?? ''));
}
