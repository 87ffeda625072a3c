import type { Notice } from '@holdfast/core/provider-api';
import type { BucketAddress } from './bucket-address.js';
import type { Findings } from './try-bucket.js';

/** Services refuse requests that are a quarter of an hour off. */
const clockToleranceMs = 5 * 60_000;

/** What the user should know of a bucket that works. */
export function noticesOf(findings: Findings, { bucket, endpoint }: BucketAddress): Notice[] {
  const { isPublic, expires, archives, facts, removesVersions, hidesUploads, clockOffsetMs } = findings;
  const minutes = String(Math.round(Math.abs(clockOffsetMs) / 60_000));
  const wrongClock = clockOffsetMs < 0 ? '%cloud.notice.clock-fast%' : '%cloud.notice.clock-slow%';
  const all: (Notice | false)[] = [
    isPublic && { id: 'bucket-public', message: '%cloud.notice.public%', placeholders: { bucket } },
    expires && { id: 'lifecycle-deletes', message: '%cloud.notice.expires%', placeholders: { bucket } },
    archives && { id: 'lifecycle-archives', message: '%cloud.notice.archives%', placeholders: { bucket } },
    facts.locksObjects === true && { id: 'object-lock', message: '%cloud.notice.lock%', placeholders: { bucket } },
    !removesVersions &&
      facts.locksObjects !== true && { id: 'versions-stay', message: '%cloud.notice.versions%', placeholders: { bucket } },
    hidesUploads && { id: 'uploads-hidden', message: '%cloud.notice.uploads%', placeholders: { bucket } },
    isPlain(endpoint) && { id: 'connection-plain', message: '%cloud.notice.plain%', placeholders: { endpoint } },
    Math.abs(clockOffsetMs) > clockToleranceMs && { id: 'clock-wrong', message: wrongClock, placeholders: { minutes } },
  ];
  return all.filter((notice) => notice !== false);
}

/** On this machine itself nobody listens in. */
function isPlain(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
