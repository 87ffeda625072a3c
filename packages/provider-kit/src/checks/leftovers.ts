import type { CheckBench } from '../check.js';
import type { Rule } from '../expectation/contract.js';
import { expectEqual } from '../expectation/expect.js';

/** Fails if something is stored that isn't listed, where the place can tell. */
export async function expectNoLeftovers({ package: bench }: CheckBench, when: string, rule: Rule = 'allOrNothing'): Promise<void> {
  const place = await bench?.place();
  if (place?.leftovers === undefined) return;
  expectEqual(await place.leftovers(), [], { did: `${when}; asked the place what is stored there and not listed`, rule });
}
