import type { Location } from '@holdfast/core/provider-api';
import type { CheckBench } from '../check.js';
import { CheckFailure } from '../expectation/check-failure.js';
import type { OpenOptions, PlaceOpener } from '../place-opener.js';
import type { TestPlace } from '../subject.js';
import type { ProviderUnderCheck } from './provider-under-check.js';
import { secretsIn } from './secrets-in.js';

/** A bench for one check. Disposing it closes what was opened and removes the place; it fails if a secret was logged. */
export interface DisposableBench extends AsyncDisposable {
  readonly bench: CheckBench;
}

/** Makes the bench on which one check tries a provider package. */
export function packageBench(provider: ProviderUnderCheck, signal: AbortSignal): DisposableBench {
  const { subject, isolation, manifest } = provider;
  let making: Promise<TestPlace> | undefined;
  let opening: Promise<PlaceOpener> | undefined;
  let used = false;
  const place = () => (making ??= subject.place());
  const opener = () => (opening ??= place().then(({ config }) => provider.openerFor(config)));

  async function open(options: Partial<OpenOptions> = {}): Promise<Location> {
    const firstUse = options.firstUse ?? !used;
    used = true;
    return (await opener()).open({ ...options, firstUse });
  }

  async function requireQuietLog(): Promise<void> {
    if (opening === undefined) return;
    const log = await (await opening).log();
    const [field] = secretsIn(log, manifest, (await place()).config);
    if (field === undefined) return;
    throw new CheckFailure({
      did: 'Looked through what the provider logged',
      expected: 'no secrets',
      came: `the value of "${field}"`,
      rule: 'logSecrets',
    });
  }

  return {
    bench: {
      signal,
      open,
      prefixLength: 0,
      pageOfList: subject.pageOfList ?? 1_000,
      partBytes: subject.partBytes,
      package: { subject, isolation, manifest, place, opener, definition: () => provider.definition() },
    },
    async [Symbol.asyncDispose]() {
      // What could not be made is no reason not to close the rest, and was told already.
      const opened = await opening?.catch(() => undefined);
      const made = await making?.catch(() => undefined);
      try {
        await opened?.[Symbol.asyncDispose]();
        if (opened !== undefined) await requireQuietLog();
      } finally {
        await made?.[Symbol.asyncDispose]();
      }
    },
  };
}
