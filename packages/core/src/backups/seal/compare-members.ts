import { secureTarMagic } from '../../archive/securetar/detect-format.js';
import { displayName } from '../../base/file-name.js';
import type { SealedMember } from '../sidecar.js';
import type { OuterLayout, OuterMember } from './outer-layout.js';

/** What is wrong with the members of a backup, as code and details of an error. */
export type MemberFault =
  | { readonly code: 'member-missing'; readonly details: { readonly member: string } }
  | { readonly code: 'member-swapped'; readonly details: { readonly members: string } }
  | { readonly code: 'member-renamed'; readonly details: { readonly member: string; readonly name: string } }
  | { readonly code: 'member-foreign'; readonly details: { readonly member: string; readonly what: string } };

/** Compares the members that a file has with those that were sealed; `undefined` if it has the same, in the same order. */
export function compareMembers(sealed: readonly SealedMember[], { members, end }: OuterLayout): MemberFault | undefined {
  const extra = members.filter((member, at) => !isNamed(sealed, member.name) || members.findIndex(({ name }) => name === member.name) < at);
  // Behind a header that can't be read there may be anything.
  const missing = end === 'whole' ? sealed.filter(({ name }) => !isNamed(members, name)) : [];
  for (const member of extra) {
    const original = missing.find((candidate) => candidate.size === member.size && isSameHeader(candidate, member));
    if (original !== undefined && sealed.indexOf(original) === members.indexOf(member)) {
      return { code: 'member-renamed', details: { member: displayName(original.name), name: displayName(member.name) } };
    }
    const what = 'it is not one of those that were sealed';
    return { code: 'member-foreign', details: { member: displayName(member.name), what } };
  }
  const [lost] = missing;
  if (lost !== undefined) return { code: 'member-missing', details: { member: displayName(lost.name) } };
  return swapped(sealed, members) ?? foreign(sealed, members);
}

/** Whether nothing of what was sealed is there: then the file is another one. */
export function isAllForeign(sealed: readonly SealedMember[], members: readonly OuterMember[]): boolean {
  return sealed
    .filter(({ format }) => format !== 'metadata')
    .every((row) => !members.some((member) => member.size === row.size && isSameHeader(row, member)));
}

function swapped(sealed: readonly SealedMember[], members: readonly OuterMember[]): MemberFault | undefined {
  const misplaced = members.filter(({ name }, at) => sealed[at]?.name !== name);
  const exchanged = members.filter((member, at) => {
    const row = sealed[at];
    if (row === undefined || row.format === 'metadata' || isSame(row, member)) return false;
    return sealed.some((other, place) => {
      const there = members[place];
      // A member without an encryption header is known by its size alone.
      return (
        place !== at &&
        other.format !== 'metadata' &&
        isSame(other, member) &&
        (other.header !== '' || (there !== undefined && isSame(row, there)))
      );
    });
  });
  const [first] = misplaced.length > 0 ? [misplaced] : exchanged.length > 0 ? [exchanged] : [];
  if (first === undefined) return undefined;
  return { code: 'member-swapped', details: { members: first.map(({ name }) => displayName(name)).join(', ') } };
}

function foreign(sealed: readonly SealedMember[], members: readonly OuterMember[]): MemberFault | undefined {
  const member = members.find((candidate, at) => {
    const row = sealed[at];
    return row !== undefined && row.format !== 'metadata' && isForeign(row, candidate);
  });
  if (member === undefined) return undefined;
  return { code: 'member-foreign', details: { member: displayName(member.name), what: 'it comes from another backup' } };
}

function isSame(row: SealedMember, member: OuterMember): boolean {
  return row.size === member.size && isSameHeader(row, member);
}

function isSameHeader({ header }: SealedMember, { start }: OuterMember): boolean {
  const expected = Buffer.from(header, 'base64');
  return start.subarray(0, expected.length).equals(expected);
}

/** Whether its encryption header is one, and of another archive: most of what each archive draws anew differs, which no damage does. */
function isForeign({ header, size }: SealedMember, member: OuterMember): boolean {
  const expected = Buffer.from(header, 'base64');
  if (expected.length === 0) return member.size !== size;
  const found = member.start.subarray(0, expected.length);
  const marked = expected.subarray(0, secureTarMagic.length).equals(secureTarMagic);
  if (marked && !found.subarray(0, secureTarMagic.length).equals(secureTarMagic)) return false;
  const from = uniquePart(expected.length);
  let differing = 0;
  for (let at = from; at < expected.length; at += 1) if (expected[at] !== found[at]) differing += 1;
  return differing > (expected.length - from) / 2 && found.subarray(from).some((byte) => byte !== 0);
}

/** From where on a header is drawn for each archive anew (format 4, 5 and 7.1): versions 1 and 2 the salt, version 3 the last salt and the stream's header. */
function uniquePart(headerLength: number): number {
  return headerLength >= 136 ? 96 : headerLength >= 48 ? 32 : 0;
}

function isNamed(members: readonly { readonly name: string }[], wanted: string): boolean {
  return members.some(({ name }) => name === wanted);
}
