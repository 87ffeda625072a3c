import { randomBytes } from 'node:crypto';
import { ownIdentity, type ProcessIdentity } from './process-identity.js';

// All of the provider's own files are hidden, and hidden files are never objects.
const temporaryName =
  /^\.holdfast-(?:upload|check)-(?<location>.+)-(?<machine>[0-9a-f]{8})-(?<pid>\d+)-(?<start>[0-9a-f]{8}|unknown)-[0-9a-f]{12}$/;

/** The file by which a location knows its folder again. */
export function markerName(locationId: string): string {
  return `.holdfast-location-${locationId}`;
}

/** A new name for a file that is being written. It tells who writes, so that a leftover is known for one. */
export function newTemporaryName(kind: 'upload' | 'check', locationId: string, writer: ProcessIdentity = ownIdentity()): string {
  return `.holdfast-${kind}-${locationId}-${writer.machine}-${writer.pid}-${writer.start}-${randomBytes(6).toString('hex')}`;
}

/** Who writes or wrote the file; `undefined` if the name is not a temporary one of this location. */
export function writerOf(name: string, locationId: string): ProcessIdentity | undefined {
  const { location, machine, pid, start } = temporaryName.exec(name)?.groups ?? {};
  if (location !== locationId || machine === undefined || start === undefined) return undefined;
  return { machine, pid: Number(pid), start };
}
