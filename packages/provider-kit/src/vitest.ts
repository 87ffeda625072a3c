import { basename } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { checks } from './checks/index.js';
import type { Isolation } from './place-opener.js';
import { type ProviderUnderCheck, takeSubject } from './running/provider-under-check.js';
import { runPackageCheck } from './running/run-package-check.js';
import { requireKnownSkips } from './running/skip-reason.js';
import type { Subject } from './subject.js';

/** How a provider is tested. */
export interface TestProviderOptions {
  /** How its code is run. */
  readonly isolation: Isolation;
}

/** Registers one test for each check of the subject, with Vitest. A declared skip is a skipped test, with its reason. */
export function testProvider(subject: Subject, { isolation }: TestProviderOptions): void {
  requireKnownSkips(subject);
  describe(`${basename(subject.folder)} keeps to the contract (${isolation})`, () => {
    let provider: ProviderUnderCheck;
    beforeAll(async () => {
      provider = await takeSubject(subject, isolation);
    });
    afterAll(() => provider[Symbol.asyncDispose]());

    for (const check of checks) {
      // The check itself expects.
      // oxlint-disable-next-line vitest/expect-expect
      test(`${check.id}: ${check.title}`, { timeout: 2 * (subject.timeLimit ?? 60_000) + 60_000 }, async ({ skip, signal }) => {
        const { state, reason, error } = await runPackageCheck(check, provider, signal);
        if (state === 'skipped') skip(reason);
        if (state === 'failed') throw new Error(error);
      });
    }
  });
}
