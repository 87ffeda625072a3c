import { displayName } from '../base/file-name.js';
import type { Faults } from './faults.js';
import { type PaxRecords, parsePaxInteger } from './tar/pax-records.js';

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
    if (name.length > maxNameLength) throw faults.corrupt('a member has an endless name', offset);
    if (seen.has(name)) throw faults.corrupt(`it holds ${displayName(name)} twice`, offset);
    if (seen.size === maxMembers) throw faults.corrupt(`it holds more than ${maxMembers} members`, offset);
    seen.add(name);
  };
}

/** The size that some archives of January 2025 state in the outer tar (format 6.3). */
export function statedPlaintextSize(pax: PaxRecords, faults: Faults, name: string, offset: number): { plaintextSize?: number } {
  const text = pax.get('_securetar.plaintext_size');
  if (text === undefined) return {};
  const plaintextSize = parsePaxInteger(text);
  if (plaintextSize === undefined) throw faults.corrupt('the pax record _securetar.plaintext_size is malformed', offset, name);
  return { plaintextSize };
}
