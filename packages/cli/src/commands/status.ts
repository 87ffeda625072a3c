import type { HostStatus, ServiceReport } from '@holdfast/core';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface StatusOptions {
  readonly offline?: boolean;
  readonly healthcheck?: boolean;
}

const exitCodeFor: Readonly<Record<HostStatus['health'], ExitCode>> = {
  fine: exitCodes.success,
  warning: exitCodes.warnings,
  trouble: exitCodes.failure,
};

/** Says at a glance whether all is well. The exit code tells a monitor. */
export async function showStatus(context: CommandContext, { offline = false, healthcheck = false }: StatusOptions): Promise<ExitCode> {
  const { hostStatus, readServiceReport } = await import('@holdfast/core');
  if (healthcheck) return answerHealthcheck(context, await readServiceReport(context.dataDir));
  const host = await context.host('shared');
  const status = await hostStatus(host, { offline, signal: context.signal });
  const { renderStatus } = await import('./status-page.js');
  context.terminal.answer({ status }, () => renderStatus(status, context.terminal));
  return exitCodeFor[status.health];
}

/** For what starts a container again that is not well: needs no host, and waits for nobody. */
function answerHealthcheck({ terminal }: CommandContext, { state }: ServiceReport): ExitCode {
  if (terminal.settings.json) terminal.answer({ service: { state } }, () => '');
  return state === 'running' ? exitCodes.success : exitCodes.failure;
}
