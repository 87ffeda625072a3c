import { setMaxListeners } from 'node:events';
import type { Check, CheckBench } from '../../check.js';
import { type FaultProxy, startFaultProxy } from '../../faults/index.js';
import { type Session, sessionOf } from '../../session.js';
import { defineCheck } from '../define-check.js';

/** A location whose service is reached through a proxy. */
export interface Proxied {
  readonly proxy: FaultProxy;
  readonly session: Session;
}

/** Opens the place through a proxy that passes everything on, as yet. */
export async function throughProxy(bench: CheckBench, run: (proxied: Proxied) => Promise<void>): Promise<void> {
  setMaxListeners(0, bench.signal);
  await withProxy(bench, async (proxy, config) => {
    const session = sessionOf(await bench.open({ firstUse: true, config }), bench.signal);
    await run({ proxy, session });
    proxy.set([]);
    await session.location[Symbol.asyncDispose]();
  });
}

type Settings = NonNullable<Parameters<CheckBench['open']>[0]>['config'] & object;

/** Puts a proxy before the place's service. */
export async function withProxy(bench: CheckBench, run: (proxy: FaultProxy, config: Settings) => Promise<void>): Promise<void> {
  const through = (await bench.package?.place())?.through;
  if (through === undefined) throw new Error('The place has no "through".');
  const proxy = await startFaultProxy({ upstream: { host: through.upstream.host, port: through.upstream.port } });
  try {
    await run(proxy, through.config({ host: proxy.host, port: proxy.port }));
  } finally {
    await proxy[Symbol.asyncDispose]();
  }
}

/** A check of what a provider makes of a service that fails. */
export function faultCheck(id: `faults/${string}`, title: string, run: Check['run']): Check {
  return defineCheck(id, title, run, { needs: ['through'] });
}
