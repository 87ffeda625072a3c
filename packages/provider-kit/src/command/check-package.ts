import type { Check } from '../check.js';
import { readManifest } from '../manifest/read-manifest.js';
import type { Report } from '../report/report.js';
import { runChecks } from '../run-checks.js';
import type { Subject } from '../subject.js';
import { CommandError, exitCodes } from './command-error.js';
import { readSettings } from './json-settings.js';
import { type GivenSubject, loadSubject, usualSubject } from './load-subject.js';
import { type PackageToCheck, takePackage } from './package-to-check.js';
import { scratchSubject } from './scratch-subject.js';
import type { Progress } from './show-progress.js';

/** What the command line says. */
export interface CheckPackageOptions {
  readonly subject?: string;
  readonly config?: string;
  readonly type?: string;
  readonly inline: boolean;
  readonly link: boolean;
  readonly only: (check: Check) => boolean;
}

/** Checks a package as its users will have it. */
export async function checkPackage(named: string, options: CheckPackageOptions, progress: Progress, signal: AbortSignal): Promise<Report> {
  await using taken = await takePackage(named, { link: options.link, tell: progress.tell, signal });
  const subject = await subjectFor(taken, options, signal);
  return await runChecks(subject, {
    isolation: options.inline ? 'inline' : 'process',
    only: options.only,
    onResult: progress.checked,
    signal,
  });
}

async function subjectFor({ folder, source }: PackageToCheck, options: CheckPackageOptions, signal: AbortSignal): Promise<Subject> {
  const { type } = options;
  const given = await givenSubject(folder, source, options, signal);
  return { ...given, folder, ...(type === undefined ? {} : { type }) };
}

async function givenSubject(
  folder: string,
  source: string | undefined,
  { subject, config, type }: CheckPackageOptions,
  signal: AbortSignal,
): Promise<GivenSubject> {
  if (subject !== undefined) return loadSubject(subject);
  if (config !== undefined) {
    const settings = await readSettings(config);
    const manifest = await readManifest({ folder, ...(type === undefined ? {} : { type }) });
    return scratchSubject({ folder, type: manifest.type, config: settings }, signal);
  }
  const usual = source === undefined ? undefined : usualSubject(source);
  if (usual !== undefined) return loadSubject(usual);
  throw new CommandError(
    'no-subject',
    'Nothing says where the provider may be tried.',
    'Write conformance.subject.js beside package.json, or name such a module with --subject FILE, or the settings of an empty place with --config FILE.',
    exitCodes.badUsage,
  );
}
