import { initialiseDataDir, type Job, shortFingerprint } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import { askYesNo } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { askLocations } from './ask-locations.js';
import { askRetention, askSchedule } from './ask-schedule.js';
import { askSources } from './ask-sources.js';
import { type KitFiles, renewKit, saveAndProveKit } from './kit-step.js';

/** What a set-up came to. */
export interface SetUp {
  readonly job: Job;
  /** The kit that holds all; absent if its user would not save one. */
  readonly kit: KitFiles | undefined;
  /** Whether the first backup is wanted now. */
  readonly backUpNow: boolean;
}

/**
 * Leads through a set-up by questions. Each step is kept as soon as it is answered, so one that was broken off goes on behind the last answer: the key
 * and its kit, the locations and the job, which is not enabled before all is known, are what it looks at.
 */
export async function leadThroughSetUp(context: CommandContext): Promise<SetUp> {
  const { terminal } = context;
  context.whenCancelled('What you answered is kept. Go on with: holdfast setup');
  await initialiseDataDir(context.dataDir);
  // As long as somebody thinks about a question, others may use the data directory.
  const host = await context.host('shared');

  heading(context, 1, 'The key, and the emergency kit that holds it');
  const key = host.keys.current();
  if (key !== undefined)
    terminal.note(`  Your backups are encrypted with a key of its own: fingerprint ${shortFingerprint(key.fingerprint)}`);
  const saved = await saveAndProveKit(context, host);

  heading(context, 2, 'What is backed up');
  const begun = host.jobs.list().find(({ enabled, schedule }) => !enabled && schedule === undefined);
  const job = begun ?? (await host.jobs.add({ sources: await askSources(context), enabled: false, schedule: null }));
  if (begun !== undefined) for (const { path } of begun.sources) terminal.note(`  ${safeText(path)}`);

  heading(context, 3, 'Where backups go');
  await askLocations(context, host);
  context.whenCancelled('What you answered is kept. Go on with: holdfast setup');

  heading(context, 4, 'When, and how long backups are kept');
  const schedule = await askSchedule(context);
  const retention = await askRetention(context);
  const complete = await host.jobs.change(job.id, { enabled: true, schedule: schedule ?? null, retention });

  heading(context, 5, 'The first backup');
  const backUpNow = await askYesNo(context, 'Make it now?', true);
  return { job: complete, kit: saved && (await renewKit(host, saved)), backUpNow };
}

function heading({ terminal }: CommandContext, step: number, title: string): void {
  terminal.note(`\n${terminal.noteColors.bold(`${step} of 5  ${title}`)}`);
}
