import type { Host, UpdateResult } from '@holdfast/core';
import { commandError } from '../errors.js';
import { type ErrorReport, reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { grantPermissions } from '../prompts/grant-permissions.js';
import { fellBack } from '../provider/describe-package.js';
import { packageNameOf } from '../provider/find-package.js';
import { installProgress } from '../provider/install-progress.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface ProviderUpdateOptions {
  readonly all?: boolean;
  readonly acceptPermissions?: boolean;
}

type Outcome = UpdateResult | { readonly outcome: 'failed'; readonly name: string; readonly error: ErrorReport };

/** Updates packages. Of several, one that can't be updated keeps none of the others from it, and goes on as it is. */
export async function updateProviders(
  context: CommandContext,
  names: readonly string[],
  options: ProviderUpdateOptions,
): Promise<ExitCode> {
  if ((names.length === 0) !== (options.all === true)) {
    throw commandError('bad-usage', { what: 'name the packages, or use --all', help: 'holdfast provider update --help' });
  }
  const host = await context.host();
  context.whenCancelled('Each package is at its old version or its new one, whole.');
  const chosen = options.all === true ? host.packages.list().map(({ name }) => name) : names.map((name) => packageNameOf(host, name));
  const updated: Outcome[] = [];
  for (const name of chosen) {
    const outcome = await updateOne(context, host, name, options).catch((error: unknown): Outcome => {
      if (chosen.length === 1 || context.signal.aborted) throw error;
      return { outcome: 'failed', name, error: reportOf(error) };
    });
    updated.push(outcome);
    if (!context.terminal.settings.json) tell(context, outcome);
  }
  if (context.terminal.settings.json) context.terminal.answer({ updated }, () => '');
  else if (chosen.length === 0) context.terminal.report(undefined, () => 'No provider packages are installed.');
  return updated.some(({ outcome }) => outcome === 'failed' || outcome === 'fell-back') ? exitCodes.warnings : exitCodes.success;
}

async function updateOne(context: CommandContext, host: Host, name: string, options: ProviderUpdateOptions): Promise<UpdateResult> {
  using progress = installProgress(context, name);
  return await host.packages.update(name, {
    grant: (request) => progress.pausing(() => grantPermissions(context, request, options.acceptPermissions === true)),
    onProgress: progress.update,
    signal: context.signal,
  });
}

function tell({ terminal }: CommandContext, outcome: Outcome): void {
  const { colors, noteColors } = terminal;
  switch (outcome.outcome) {
    case 'failed':
      terminal.warn(
        `${noteColors.red('!')} ${safeText(outcome.name)}: ${safeText(outcome.error.message)}\n  ${safeText(outcome.error.remedy)}`,
      );
      break;
    case 'fell-back':
      terminal.warn(fellBack(outcome, noteColors));
      break;
    default:
      terminal.report(undefined, () => {
        const name = colors.bold(`${safeText(outcome.provider.name)} ${safeText(outcome.provider.version)}`);
        if (outcome.outcome === 'pinned') return `${name} is pinned.`;
        if (outcome.outcome === 'unchanged') return `${name} is the newest that fits.`;
        return `${colors.green('Updated')} ${name}${outcome.outcome === 'updated' ? ` (was ${safeText(outcome.replaced)})` : ''}`;
      });
  }
}
