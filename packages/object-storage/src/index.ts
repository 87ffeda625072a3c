/**
 * What the providers of object storage share: bodies in parts, calls that are tried again, downloads that resume, prefixes.
 *
 * @packageDocumentation
 */
export { type BodyPart, partsOf } from './parts-of.js';
export { cancelled, throwIfCancelled } from './cancellation.js';
export { firstOf, type FirstPart } from './first-of.js';
export { type PartScheduleOptions, partSchedule } from './part-schedule.js';
export { normalisePrefix, type PrefixFault, prefixFault } from './prefix.js';
export { resumingStream, type ResumingStreamOptions } from './resuming-stream.js';
export { defaultRetryPolicy, retry, type RetryOptions, type RetryPolicy } from './retry.js';
export { storeParts, type StorePartsOptions } from './store-parts.js';
export { inTimeLimit, type TimeLimit, type TimeLimits, withTimeLimit } from './time-limit.js';
