import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { renderJob, shownJob } from './job-list.js';
import { settingsAsked } from './job-options.js';
import { badUsage, type JobOptions } from './job-usage.js';
import { remindOfKit } from './kit-reminder.js';

export async function addJob(context: CommandContext, paths: readonly string[], options: JobOptions): Promise<undefined> {
  const host = await context.host();
  const { sources, ...settings } = await settingsAsked(host, paths, options);
  if (sources === undefined || sources.length === 0) throw badUsage('name at least one folder to back up');
  const job = await shownJob(host, await host.jobs.add({ sources, ...settings, ...(options.disabled === true && { enabled: false }) }));
  context.terminal.report({ job }, () => renderJob(context, host, job));
  remindOfKit(context, host);
  if (host.locations.list().length === 0)
    context.terminal.note('\nThere is no location to keep backups at yet. Add one: holdfast location add local --path DIR');
}

export async function changeJob(
  context: CommandContext,
  idOrTitle: string,
  paths: readonly string[],
  options: JobOptions,
): Promise<undefined> {
  const host = await context.host();
  const changes = await settingsAsked(host, paths, options, host.jobs.get(idOrTitle));
  if (Object.keys(changes).length === 0) throw badUsage('nothing to change was named');
  const job = await shownJob(host, await host.jobs.change(idOrTitle, changes));
  context.terminal.report({ job }, () => renderJob(context, host, job));
}

/** Lets a job run by itself, or not. */
export async function switchJob(context: CommandContext, idOrTitle: string, enabled: boolean): Promise<undefined> {
  const host = await context.host();
  const job = await shownJob(host, await host.jobs.change(idOrTitle, { enabled }));
  context.terminal.report({ job }, () => renderJob(context, host, job));
}

export async function removeJob(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host();
  const { id, title } = host.jobs.get(idOrTitle);
  await confirm(context, `Forget the job "${safeText(title)}"? Its backups stay, and no retention looks after them any more.`);
  await host.jobs.remove(id);
  context.terminal.report({ removed: { id, title } }, () => `Forgot ${safeText(title)}. Its backups are still there.`);
}
