import type { Host, Issue, IssueFix } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import { askText, confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { findIssues } from './issues.js';

export interface FixOptions {
  /** Where an emergency kit goes. */
  readonly to?: string;
}

/** What became of one issue. */
interface Fixed {
  readonly issue: Issue;
  /** `fixed`: it is closed. `open`: it was tried, and is still there. `yours`: only its user can do it. */
  readonly outcome: 'fixed' | 'open' | 'yours';
}

/** Cures issues, after asking, or says with which commands their user can. */
export async function fixIssues(context: CommandContext, id: string, options: FixOptions): Promise<ExitCode> {
  const host = await context.host();
  const issues = findIssues(await host.checkUp({ locations: false, signal: context.signal }), id);
  const fixed: Fixed[] = [];
  for (const issue of issues) fixed.push(await fixOne(context, host, issue, options));
  context.terminal.report({ fixed }, () => fixed.map((each) => describe(context, each)).join('\n'));
  return fixed.every(({ outcome }) => outcome === 'fixed') ? exitCodes.success : exitCodes.warnings;
}

async function fixOne(context: CommandContext, host: Host, issue: Issue, options: FixOptions): Promise<Fixed> {
  const work = issue.fix === undefined ? undefined : workOf(context, host, issue, issue.fix, options);
  if (work === undefined) return { issue, outcome: 'yours' };
  await confirm(context, `${safeText(issue.message)}\n${work.question}`);
  await work.run();
  // What was done may take a moment to show in the issues.
  const left = await host.checkUp({ locations: false, signal: context.signal });
  const still = left.find((other) => other.id === issue.id);
  return still === undefined ? { issue, outcome: 'fixed' } : { issue: still, outcome: 'open' };
}

interface Work {
  readonly question: string;
  run(): Promise<unknown>;
}

/** How it is done from here; `undefined` where only its user can. */
function workOf(context: CommandContext, host: Host, issue: Issue, fix: IssueFix, { to }: FixOptions): Work | undefined {
  const { job, location, provider, details } = issue;
  const { signal } = context;
  switch (fix.kind) {
    case 'run-job':
      if (job === undefined) return undefined;
      return {
        question: `Run the job "${safeText(job.title)}" now?`,
        run: () => context.withProgress((report) => host.jobs.run(job.id, { ...report, signal })),
      };
    case 'send-copy': {
      const backup = details['backup'];
      if (location === undefined || typeof backup !== 'string') return undefined;
      return {
        question: `Send the newest backup to "${safeText(location.title)}" from another location?`,
        run: () => context.withProgress((report) => host.backups.send({ backup, to: location.id, ...report, signal })),
      };
    }
    case 'check-location':
      if (location === undefined) return undefined;
      return { question: `Try "${safeText(location.title)}" again?`, run: () => host.locations.check(location.id, { signal }) };
    case 'enable-provider':
      if (provider === undefined) return undefined;
      return { question: `Use ${safeText(provider)} again?`, run: () => host.enableProvider(provider) };
    case 'save-kit':
      return saveKitWork(context, host, to);
    case 'reauth':
    case 'reconfigure':
      if (location === undefined || !context.terminal.interactive) return undefined;
      return changeWork(context, fix.kind, location);
    default:
      return undefined;
  }
}

/** Only its user knows a place that is not this machine. */
function saveKitWork(context: CommandContext, host: Host, to: string | undefined): Work | undefined {
  if (to === undefined && !context.terminal.interactive) return undefined;
  return {
    question: 'Save the emergency kit now?',
    async run() {
      const folder = to ?? (await askText(context, 'Where to? Best a stick or a share: it must not be lost with this machine.'));
      const { resolve } = await import('node:path');
      await host.kit.save(resolve(folder), { signal: context.signal });
    },
  };
}

function changeWork(context: CommandContext, kind: 'reauth' | 'reconfigure', { id, title }: { id: string; title: string }): Work {
  const what = kind === 'reauth' ? 'Enter new credentials for' : 'Change the settings of';
  return {
    question: `${what} "${safeText(title)}" now?`,
    run: async () => (await import('./location-change.js')).changeLocation(context, kind, id, [], {}),
  };
}

function describe({ terminal: { colors } }: CommandContext, { issue, outcome }: Fixed): string {
  const name = colors.cyan(safeText(issue.id));
  if (outcome === 'fixed') return `${colors.green('fixed')}  ${name}`;
  if (outcome === 'open') return [`${colors.yellow('still there')}  ${name}`, safeText(issue.message), safeText(issue.remedy)].join('\n');
  const commands = issue.fix?.commands ?? [];
  return [`${colors.yellow('up to you')}  ${name}`, safeText(issue.remedy), ...commands.map((command) => `  $ ${safeText(command)}`)].join(
    '\n',
  );
}
