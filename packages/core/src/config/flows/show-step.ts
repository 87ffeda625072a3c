import type { ProviderLogger } from '../../provider-api/index.js';
import { resolveSchemaTexts } from '../../providers/string-table.js';
import { resolveFieldErrors, type TextResolver, textResolver } from '../texts.js';
import { type ActiveFlow, secretsOf } from './active-flow.js';
import type { FlowView, ShownStep } from './flow-view.js';
import { hideInStep } from './hide-in-step.js';
import type { WaitingStep } from './parse-step.js';
import { formOf } from './settings-form.js';

/** The flow's step as it is shown: its texts in the host's language, without secrets. */
export function viewOf(flow: ActiveFlow, step: WaitingStep, log: ProviderLogger): FlowView {
  return viewWith(flow, hideInStep(show(flow, step, textResolver(flow.type, log)), secretsOf(flow)));
}

/** The flow with a step that is ready to be shown. */
export function viewWith({ record: { token, kind, provider, location } }: Pick<ActiveFlow, 'record'>, step: ShownStep): FlowView {
  return { token, kind, provider, ...(kind === 'setup' ? {} : { location }), step };
}

function show(flow: ActiveFlow, step: WaitingStep, resolve: TextResolver): ShownStep {
  const { title, description, placeholders } = step;
  const fill = (text: string) => resolve(text, placeholders);
  const shown = {
    id: step.id,
    ...(title === undefined ? {} : { title: fill(title) }),
    ...(description === undefined ? {} : { description: fill(description) }),
  };
  switch (step.type) {
    case 'form': {
      const { schema, secretFields, values, kept } = formOf(flow, step);
      return {
        type: 'form',
        ...shown,
        schema: resolveSchemaTexts(schema, flow.type.texts, (key) => resolve(key)),
        secretFields,
        keptSecrets: Object.keys(kept),
        values,
        errors: flow.record.errors ?? resolveFieldErrors(step.errors ?? [], resolve),
      };
    }
    case 'menu': {
      const options = step.options.map(({ id, label, description: text }) => ({
        id,
        label: fill(label),
        ...(text === undefined ? {} : { description: fill(text) }),
      }));
      return { type: 'menu', ...shown, options };
    }
    case 'message':
      return { type: 'message', ...shown };
    case 'progress':
      return { type: 'progress', ...shown, ...(step.fraction === undefined ? {} : { fraction: step.fraction }) };
    case 'external':
      return { type: 'external', ...shown, url: step.url, asksCode: step.asksCode === true };
  }
}
