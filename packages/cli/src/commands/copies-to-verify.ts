import { type BackupPage, type BackupReader, type BackupRef, type BackupSummary, idOfBackupKey } from '@holdfast/core';
import type { ErrorReport } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { chooseBackup } from './backup-reader.js';

/** One copy to prove whole. */
export interface CopyToVerify {
  readonly reader: BackupReader;
  readonly ref: BackupRef;
  readonly name: string;
  /** Where it lies, in words. */
  readonly place: string;
  /** Id or title of its location; `undefined` for a file. */
  readonly location: string | undefined;
  /** Why it needs no reading: it is not what was stored there. */
  readonly failure?: ErrorReport;
}

interface CopiesToVerify {
  readonly copies: readonly CopyToVerify[];
  /** Whether a location did not answer, so that its copies are not among these. */
  readonly someAway: boolean;
}

/** The copies of one backup, also those that should be there and are not. */
export async function copiesOf(context: CommandContext, idOrFile: string, from: string | undefined): Promise<CopiesToVerify> {
  const { ref, reader } = await chooseBackup(context, idOrFile, from);
  if ('file' in ref) return { copies: [{ reader, ref, name: ref.file, place: ref.file, location: undefined }], someAway: false };
  const host = await context.host('shared');
  const backup = await host.backups.show(ref.id, { signal: context.signal });
  // A location without a copy is the core's to refuse.
  if (from !== undefined) return { copies: [{ reader, ref, name: backup.name, place: from, location: from }], someAway: false };
  const page = await host.backups.list({ signal: context.signal });
  const keys = new Set(backup.locations.map(({ key }) => key));
  // Copies of one backup, encrypted and not, have the same id: then it was the file's name that told which is meant.
  const named = keys.has(ref.id) ? ref.id : backup.id;
  return {
    copies: [...copiesFrom(reader, backup, named), ...troubledCopies(reader, page, [backup]).filter(({ key }) => keys.has(key))],
    someAway: tellAway(context, page),
  };
}

/** Each copy of every backup, also those that should be there and are not. */
export async function allCopies(context: CommandContext, from: string | undefined): Promise<CopiesToVerify> {
  const host = await context.host('shared');
  const chosen = from === undefined ? undefined : host.locations.get(from).id;
  const page = await host.backups.list({ ...(chosen === undefined ? {} : { locations: [chosen] }), signal: context.signal });
  const reader = host.backups;
  return {
    copies: [...page.backups.flatMap((backup) => copiesFrom(reader, backup, backup.id)), ...troubledCopies(reader, page, page.backups)],
    someAway: tellAway(context, page),
  };
}

function copiesFrom(reader: BackupReader, { name, locations }: BackupSummary, id: string): CopyToVerify[] {
  return locations.map((location) => ({ reader, ref: { id }, name, place: location.title, location: location.id }));
}

/** What a list can't count as a copy: what an alarm is about has failed, and reading tells what is wrong with the rest. */
function troubledCopies(
  reader: BackupReader,
  { alarms, unreadable }: BackupPage,
  backups: readonly BackupSummary[],
): (CopyToVerify & { readonly key: string })[] {
  const told = new Set(backups.flatMap(({ locations }) => locations.map(({ title, key }) => `${title} ${key}`)));
  const known = new Map(backups.map(({ id, name }) => [id, name]));
  const troubled = [
    ...alarms.map(({ location, key, code, message, remedy }) => ({ location, key, failure: { code, message, remedy, details: { key } } })),
    ...unreadable.map(({ location, key }) => ({ location, key })),
  ];
  return troubled.flatMap(({ location, key, ...failure }) => {
    const place = `${location} ${key}`;
    if (told.has(place)) return [];
    told.add(place);
    const id = idOfBackupKey(key) ?? key;
    return { reader, ref: { id }, name: known.get(id) ?? id, place: location, location, key, ...failure };
  });
}

function tellAway({ terminal }: CommandContext, { unavailable }: BackupPage): boolean {
  for (const { location, error } of unavailable)
    terminal.warn(`${safeText(location)} does not answer, its copies are not verified: ${safeText(error.message)}`);
  return unavailable.length > 0;
}
