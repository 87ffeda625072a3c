import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { checks } from '../checks/index.js';
import { renderReport } from '../report/render-report.js';
import { listenForCancellation } from './cancellation.js';
import { badUsage, CommandError, type ExitCode, exitCodes, reportOf } from './command-error.js';
import { checkPackage } from './check-package.js';
import { listChecks, pickChecks } from './pick-checks.js';
import { showProgress } from './show-progress.js';

interface CheckOptions {
  readonly subject?: string;
  readonly config?: string;
  readonly type?: string;
  readonly inline?: boolean;
  readonly link?: boolean;
  readonly only?: readonly string[];
  readonly list?: boolean;
  readonly json?: boolean;
}

/** Runs the command for these arguments. Returns what the process answers with; never rejects. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  const json = args.includes('--json');
  let exitCode: ExitCode = exitCodes.success;
  const program = createProgram(async (named, options) => {
    exitCode = await check(named, options);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.success;
    // Help instead of a missing subcommand is on the screen.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.badUsage;
    const told = error instanceof CommanderError ? badUsage(error.message.replace(/^error: /, '')) : error;
    reportError(told, json);
    return told instanceof CommandError ? told.exitCode : exitCodes.failure;
  }
}

function createProgram(onCheck: (named: string | undefined, options: CheckOptions) => Promise<void>): Command {
  const program = new Command('holdfast-provider')
    .description('For authors of Holdfast providers.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  program
    .command('check')
    .description("Try a provider package on Holdfast's contract, as its users will have it: packed, installed, in a process of its own")
    .argument('[package]', 'its folder, or a tarball of it')
    .option('--subject <file>', 'module whose default export says where to try it (default: conformance.subject.js or .mjs in the folder)')
    .option('--config <file>', 'instead: JSON settings of an empty place, secrets included; all that the checks find there is deleted')
    .option('--type <id>', 'which of its types (default: the first)')
    .option('--inline', 'call its code directly, so that the host hides none of its faults; for a debugger too')
    .option('--link', 'use the folder as it is, without packing and installing it')
    .option('--only <area or check>', 'run these alone (repeatable)', collect)
    .option('--list', 'list the checks and run none')
    .option('--json', 'answer with one JSON document')
    .addHelpText('after', helpAfter)
    .action(onCheck);
  return program;
}

/** For an option that may be given several times. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

const helpAfter = `
A subject is written in a few lines:
  export default {
    async place() {
      const folder = await mkdtemp(join(tmpdir(), 'shelf-'));
      return { config: { folder }, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
    },
  };

Exit codes: 0 all checks passed, 1 some failed or none could be run, 2 wrong usage, 130 cancelled.

Examples:
  $ holdfast-provider check .
  $ holdfast-provider check . --link --inline --only write
  $ holdfast-provider check holdfast-provider-shelf-1.0.0.tgz --config scratch.json --json`;

async function check(named: string | undefined, options: CheckOptions): Promise<ExitCode> {
  const { inline = false, link = false, list = false, json = false, only: names = [], ...rest } = options;
  const only = pickChecks(names);
  const picked = checks.filter(only);
  if (list) {
    const shown = picked.map(({ id, area, title, harmless }) => ({ id, area, title, harmless }));
    answer(json ? JSON.stringify({ checks: shown }, undefined, 2) : listChecks(picked));
    return exitCodes.success;
  }
  if (named === undefined) throw badUsage('Name the package to check: its folder, or a tarball.');
  if (rest.subject !== undefined && rest.config !== undefined) throw badUsage('Give either --subject or --config.');
  const progress = showProgress(process.stderr, picked.length);
  using cancellation = listenForCancellation(() => progress.tell('Stopping and cleaning up; press Ctrl-C again to stop at once'));
  try {
    const report = await checkPackage(named, { ...rest, inline, link, only }, progress, cancellation.signal);
    progress.stop();
    answer(json ? JSON.stringify(report, undefined, 2) : renderReport(report));
    if (cancellation.signal.aborted) return exitCodes.cancelled;
    return report.results.some(({ state }) => state === 'failed') ? exitCodes.failure : exitCodes.success;
  } catch (error) {
    progress.stop();
    if (!cancellation.signal.aborted) throw error;
    process.stderr.write('Cancelled.\n');
    return exitCodes.cancelled;
  }
}

function reportError(error: unknown, json: boolean): void {
  const report = reportOf(error);
  if (json) answer(JSON.stringify({ error: report }, undefined, 2));
  else process.stderr.write(`error: ${report.message}\n  ${report.code}\n  ${report.remedy}\n`);
}

function answer(text: string): void {
  process.stdout.write(`${text}\n`);
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
