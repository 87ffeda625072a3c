import { createHash } from 'node:crypto';
import type { FileVersion } from './client/file-version.js';
import type { UploadNote } from './upload-notes.js';

/** Names in the file information of all that is uploaded. */
const locationMark = 'holdfast_location';
const uploadMark = 'holdfast_upload';
const digestMark = 'holdfast_sha256';

/** The file information that tells whose a file is, and which upload made it. */
export function marksOf(locationId: string, { upload }: UploadNote): Readonly<Record<string, string>> {
  return { [locationMark]: locationId, [uploadMark]: upload };
}

/** The file information of a file that is uploaded in one call: what a large file's is, B2 wants to know before its first part. */
export function digestMarks(bytes: Uint8Array): Readonly<Record<string, string>> {
  return { [digestMark]: createHash('sha256').update(bytes).digest('hex') };
}

export function isOfLocation({ info }: FileVersion, locationId: string): boolean {
  return info[locationMark] === locationId;
}

/** Which upload made it; undefined if another program did. */
export function uploadOf({ info }: FileVersion): string | undefined {
  return info[uploadMark];
}
