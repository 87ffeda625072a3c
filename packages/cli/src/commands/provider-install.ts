import type { InstallResult } from '@holdfast/core';
import { grantPermissions } from '../prompts/grant-permissions.js';
import { fellBack } from '../provider/describe-package.js';
import { installProgress } from '../provider/install-progress.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface ProviderInstallOptions {
  readonly acceptPermissions?: boolean;
}

/** Installs one after the other; the first that fails ends it, and those before it stay installed. */
export async function installProviders(
  context: CommandContext,
  specs: readonly string[],
  options: ProviderInstallOptions,
): Promise<ExitCode> {
  const host = await context.host();
  const { terminal } = context;
  context.whenCancelled('What was not installed whole left nothing behind.');
  const installed: InstallResult[] = [];
  for (const spec of specs) {
    using progress = installProgress(context, spec);
    const result = await host.packages.install(spec, {
      grant: (request) => progress.pausing(() => grantPermissions(context, request, options.acceptPermissions === true)),
      onProgress: progress.update,
      signal: context.signal,
    });
    progress.stop();
    installed.push(result);
    if (terminal.settings.json) continue;
    if (result.outcome === 'fell-back') terminal.warn(fellBack(result, terminal.noteColors));
    else terminal.report(undefined, () => describeInstalled(context, result));
  }
  if (terminal.settings.json) terminal.answer({ installed }, () => '');
  return installed.some(({ outcome }) => outcome === 'fell-back') ? exitCodes.warnings : exitCodes.success;
}

function describeInstalled({ terminal: { colors } }: CommandContext, result: InstallResult): string {
  const { provider, outcome } = result;
  const name = colors.bold(`${safeText(provider.name)} ${safeText(provider.version)}`);
  if (outcome === 'unchanged') return `${name} is installed already.`;
  const was = outcome === 'updated' ? ` (was ${safeText(result.replaced)})` : '';
  const where = provider.linked ? `, linked to ${safeText(provider.folder)}` : '';
  const types = provider.types.map((type) => `\n  holdfast location add ${safeText(type)}`);
  return `${colors.green(outcome === 'updated' ? 'Updated' : 'Installed')} ${name}${was}${where}. Use it:${types.join('')}`;
}
