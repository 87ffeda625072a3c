import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Subject } from '../subject.js';
import { CommandError, exitCodes, messageOf } from './command-error.js';

/** What an author's module says of how the package is tried. Where it lies, the command knows. */
export type GivenSubject = Omit<Subject, 'folder'>;

const usualNames = ['conformance.subject.js', 'conformance.subject.mjs'];

/** The module in the folder that has the subject, if it is called as usual. */
export function usualSubject(folder: string): string | undefined {
  return usualNames.map((name) => join(folder, name)).find((path) => existsSync(path));
}

/** The default export of an author's module. */
export async function loadSubject(file: string): Promise<GivenSubject> {
  const path = resolve(file);
  if (!existsSync(path)) throw new CommandError('no-subject', `There is no file ${path}.`, 'Check the path.', exitCodes.badUsage);
  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    const remedy = 'It is a JavaScript module whose default export is a Subject; what it imports has to be built and installed.';
    throw new CommandError('subject-broken', `${path} can't be loaded: ${messageOf(error)}`, remedy, exitCodes.failure, error);
  }
  const subject = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
  if (isSubject(subject)) return subject;
  const remedy = 'Write: export default { place: async () => ({ config: { ... }, async [Symbol.asyncDispose]() { ... } }) };';
  throw new CommandError('subject-broken', `The default export of ${path} is no Subject: it has no function "place".`, remedy);
}

function isSubject(value: unknown): value is GivenSubject {
  return typeof value === 'object' && value !== null && 'place' in value && typeof value.place === 'function';
}
