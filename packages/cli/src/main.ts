import { readFileSync } from 'node:fs';

const given = process.argv.slice(2);
// commander's own `help` goes one level deep.
const args = given[0] === 'help' ? [...given.slice(1), '--help'] : given;
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${ownVersion()}\n`);
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
