import { stalledBody } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectEqual } from '../../expectation/expect.js';
import { openSession, sessionOf } from '../../session.js';
import { defineCheck } from '../define-check.js';

export const killedChecks = [
  defineCheck('write/killed', 'a put whose process is killed leaves what was there, and what it leaves behind is swept', async (bench) => {
    const opener = await bench.package?.opener();
    if (opener?.kill === undefined) return { skipped: "Inline, the provider's code has no process of its own that could be killed." };
    const first = await openSession(bench);
    await first.put('kept', 'old');
    const amounts = [0, 1, 100_000, 3_000_000, ...(bench.partBytes === undefined ? [] : [2 * bench.partBytes + 1_000])];
    for (const amount of amounts) {
      for (const key of ['kept', 'new/object']) {
        const session = await openSession(bench);
        const body = stalledBody(amount === 0 ? [] : [seededBytes(amount)]);
        const storing = session.location.put(key, body.stream, { signal: bench.signal });
        storing.catch(() => {});
        await Promise.race([body.waiting, storing]);
        await opener.kill();
        await storing.catch(() => {});
        const did = `Killed the provider's process when it had been given ${amount} bytes for "${key}"`;
        const next = sessionOf(await bench.open(), bench.signal);
        expectEqual(await next.keys(), ['kept'], { did: `${did}; opened the place anew and listed`, rule: 'allOrNothing' });
        expectEqual((await next.read('kept')).toString(), 'old', { did: `${did}; read what was there before`, rule: 'allOrNothing' });
        await next.location.sweep?.({ signal: bench.signal });
        const place = await bench.package?.place();
        // What may still be written to by another machine stays for a while, so nothing can be said of a place without a sweep.
        if (place?.leftovers === undefined || next.location.sweep === undefined) continue;
        expectEqual(await place.leftovers(), [], {
          did: `${did}; swept, and asked the place what is stored and not listed`,
          rule: 'sweepRemoves',
        });
      }
    }
    return undefined;
  }),
];
