import { isHoldfastError } from '../../base/errors.js';
import { isProviderError } from '../../provider-api/index.js';
import { describeFailure } from '../failure.js';
import type { BackupServices } from '../services.js';
import type { SampledBlocks, VerifiedHow } from './verified-copy.js';

/** A copy that was looked at. */
export interface LookedAt {
  /** Of the backup. */
  readonly id: string;
  readonly key: string;
  readonly location: { readonly id: string; readonly title: string };
}

export interface Look {
  readonly how: VerifiedHow;
  /** With this and what was read before, all of it was. Default: as `how` says. */
  readonly whole?: boolean;
  readonly blocks?: SampledBlocks;
  /** What is wrong with it, if anything is. */
  readonly error?: unknown;
}

/** Notes what a look at a copy found, and raises or closes the issue. A note that can't be written is no fault of the copy. */
export async function noteLook(services: BackupServices, { id, key, location }: LookedAt, { error, ...look }: Look): Promise<void> {
  const at = services.clock.now().toISOString();
  const about = { code: 'verification-failed', location: { id: location.id, title: location.title }, about: id } as const;
  try {
    if (error === undefined) {
      await services.verifiedLog.record({ key, location: location.id, at, ok: true, ...look });
      const known = await services.verifiedLog.of(key, location.id);
      if (known?.failed === undefined) await services.issues.resolve('verification-failed', location.id, id);
      return;
    }
    const { code, message } = describeFailure(error);
    await services.verifiedLog.record({ key, location: location.id, at, ok: false, code, ...look });
    await services.issues.raise({ ...about, details: { backup: id, reason: message } });
  } catch (failure) {
    services.log.warn(`What was found of ${id} at ${location.title} can't be noted: ${String(failure)}`);
  }
}

/** Notes what the locations proved of a backup when they stored it. */
export async function noteUploads(
  services: BackupServices,
  key: string,
  copies: readonly { /** Its id. */ readonly location: string; readonly isWhole: boolean }[],
): Promise<void> {
  const at = services.clock.now().toISOString();
  try {
    await services.verifiedLog.record(
      ...copies.map(({ location, isWhole }) => ({ key, location, at, ok: true, how: isWhole ? ('upload' as const) : ('sample' as const) })),
    );
  } catch (error) {
    services.log.warn(`What was proven of ${key} can't be noted: ${String(error)}`);
  }
}

/** Closes the issues about copies that are not at a location any more. */
export async function closeForGone(services: BackupServices, location: string, ids: ReadonlySet<string>): Promise<void> {
  for (const issue of await services.issues.list()) {
    const { code, about } = issue;
    if (code !== 'verification-failed' || issue.location?.id !== location || about === undefined || ids.has(about)) continue;
    await services.issues.resolve(code, location, about);
  }
}

const damage =
  /^(seal-invalid|seal-missing|seal-replaced|backup-(missing|replaced|renamed|longer|differs)|bytes-changed|metadata-(changed|unreadable)|member-\w+|truncated|corrupt|not-a-backup|sidecar-unreadable|read-back-differs)$/;

/** Whether an error says that a copy is not what it should be; others say that it can't be read now. */
export function isDamage(error: unknown): boolean {
  if (isProviderError(error)) return error.code === 'corrupt' || error.code === 'not-found';
  return isHoldfastError(error) && damage.test(error.code);
}
