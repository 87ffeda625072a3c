import type { ConfigFlows, FlowView } from '../config/flows/flow-view.js';
import type { HostEmitter } from './events.js';

/** Tells how flows go on. They are loaded with the first call: few commands need them. */
export function tellingFlows(load: () => Promise<ConfigFlows>, events: HostEmitter): ConfigFlows {
  let loading: Promise<ConfigFlows> | undefined;
  const flows = (): Promise<ConfigFlows> => (loading ??= load());

  function tell(type: 'started' | 'step', { token, kind, provider, location, step }: FlowView): void {
    const about = { token, kind, provider, ...(location !== undefined && { location }) };
    if (step.type === 'done') events.emit('flow', { type: 'done', ...about, location: step.location.id });
    else if (step.type === 'abort') events.emit('flow', { type: 'aborted', ...about });
    else events.emit('flow', { type, ...about, step: step.id });
  }

  return {
    async start(options, call) {
      const view = await (await flows()).start(options, call);
      tell('started', view);
      return view;
    },
    async answer(token, answer, call) {
      const view = await (await flows()).answer(token, answer, call);
      tell('step', view);
      return view;
    },
    resume: async (token, call) => (await flows()).resume(token, call),
    list: async () => (await flows()).list(),
    async cancel(token) {
      await (await flows()).cancel(token);
      events.emit('flow', { type: 'aborted', token });
    },
    async [Symbol.asyncDispose]() {
      const loaded = await loading?.catch(() => undefined);
      await loaded?.[Symbol.asyncDispose]();
    },
  };
}
