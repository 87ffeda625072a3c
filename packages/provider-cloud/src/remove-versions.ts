import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.js';
import { isFailure } from './call-error.js';
import { plainName } from './plain-name.js';

interface Version {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Versions {
  readonly markers: readonly Version[];
  readonly objects: readonly Version[];
}

/**
 * Removes what the bucket keeps of an object that was just deleted; false if it may not. The marker that hides it goes last, and what was
 * stored behind that marker stays.
 */
export async function removeVersions(bucket: Bucket, name: string, signal: AbortSignal): Promise<boolean> {
  const remove = ({ id }: Version) =>
    bucket.call({ doing: 'Removing an old version', signal }, (client, options) =>
      client.send(new DeleteObjectCommand({ ...bucket.at(''), Key: name, VersionId: id }), options),
    );
  try {
    const { markers, objects } = await versionsOf(bucket, name, signal);
    const hiddenAt = Math.max(...markers.map(({ at }) => at));
    for (const version of objects) if (version.at <= hiddenAt) await remove(version);
    for (const marker of markers.toSorted((a, b) => a.at - b.at)) await remove(marker);
    return true;
  } catch (error) {
    if (!isFailure(error, 'denied', 'unsupported')) throw error;
    bucket.log.debug(`Old versions stay and are billed: ${error.message}`);
    return false;
  }
}

async function versionsOf(bucket: Bucket, name: string, signal: AbortSignal): Promise<Versions> {
  const found = { markers: new Array<Version>(), objects: new Array<Version>() };
  let next: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const input = { Bucket: bucket.address.bucket, Prefix: name, EncodingType: 'url' as const, ...next };
    const page = await bucket.call({ doing: 'Listing old versions', signal }, (client, options) =>
      client.send(new ListObjectVersionsCommand(input), options),
    );
    const isOurs = ({ Key = '' }: { readonly Key?: string | undefined }) => plainName(Key, page.EncodingType) === name;
    found.objects.push(...(page.Versions ?? []).filter(isOurs).map(toVersion));
    found.markers.push(...(page.DeleteMarkers ?? []).filter(isOurs).map(toVersion));
    const { NextKeyMarker, NextVersionIdMarker } = page;
    // Names that go on behind this one follow it.
    const more = page.IsTruncated === true && NextKeyMarker !== undefined && plainName(NextKeyMarker, page.EncodingType) === name;
    if (!more) return found;
    next = { KeyMarker: name, ...(NextVersionIdMarker !== undefined && { VersionIdMarker: NextVersionIdMarker }) };
  }
}

function toVersion({
  VersionId = 'null',
  LastModified,
}: {
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
}): Version {
  return { id: VersionId, at: LastModified?.getTime() ?? 0 };
}
