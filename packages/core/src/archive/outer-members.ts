import { displayName } from '../base/file-name.js';
import type { Faults } from './faults.js';

export type BackupMemberKind = 'metadata' | 'inner-archive' | 'other';

// A backup has a dozen members. These bounds keep a hostile one from filling the memory with names.
const maxMembers = 10_000;
const maxNameLength = 4096;

/** A name in the outer tar without its leading `./`, which comes and goes with the writer's version (format 1). */
export function memberName(path: string): string {
  return path.replace(/^(\.\/+)+/, '');
}

/** What a member of the outer tar is, by its normalised name (format 1.1 and 2). */
export function memberKind(name: string): BackupMemberKind {
  if (name === 'backup.json' || name === 'snapshot.json') return 'metadata';
  return /^[^/]+\.(tar|tar\.gz|tgz)$/.test(name) ? 'inner-archive' : 'other';
}

/** Refuses a second member of one name, of which readers would disagree which counts, and more members than any backup has. */
export function memberNameCheck(faults: Faults): (name: string, offset: number) => void {
  const seen = new Set<string>();
  return (name, offset) => {
    if (name.length > maxNameLength) throw faults.damaged('a member has an endless name', offset);
    if (seen.has(name)) throw faults.damaged(`it holds ${displayName(name)} twice`, offset);
    if (seen.size === maxMembers) throw faults.damaged(`it holds more than ${maxMembers} members`, offset);
    seen.add(name);
  };
}
