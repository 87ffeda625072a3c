import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { isClosedPipe } from './output/closed-pipe.js';
import { wantsColors } from './output/wants-colors.js';

/** Written by the build: loading the argument parser takes longer than all else that `--help` needs. */
const writtenHelp = new URL('./help.txt', import.meta.url);

// Also where no command runs: help is read by `head` too.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosedPipe(error)) throw error;
  });
}

const given = process.argv.slice(2);
// What is loaded from here on has readable traces then; reading the maps takes too long for every command.
if (given.includes('--verbose')) process.setSourceMapsEnabled(true);
// commander's own `help` goes one level deep.
const args = given[0] === 'help' ? [...given.slice(1), '--help'] : given;
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${ownVersion()}\n`);
} else if (args.length === 1 && (args[0] === '--help' || args[0] === '-h') && existsSync(writtenHelp)) {
  const help = readFileSync(writtenHelp, 'utf8');
  process.stdout.write(wantsColors(process.stdout, process.env, true) ? help : stripVTControlCharacters(help));
} else {
  await run();
}

async function run(): Promise<void> {
  // Only the argument parser is loaded to here: a command's own code, and the core, are loaded when it runs.
  const { createProgram } = await import('./program/program.js');
  const program = await createProgram(args, ownVersion());
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const { answerUsage } = await import('./program/usage-error.js');
    process.exitCode = answerUsage(program, error, args);
  }
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
