import type { FieldError } from '../../provider-api/index.js';
import { propertiesOf } from '../../providers/config-schema.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { configError } from '../errors.js';
import { configInvalid } from '../validate-config.js';
import type { FlowAnswerer } from './drive-flow.js';
import type { FlowView, ShownForm } from './flow-view.js';
import { hostStep } from './parse-step.js';

/** An answerer that never asks anybody. */
export interface ValuesAnswerer extends FlowAnswerer {
  /** The names among the values that no step has asked for so far. */
  unused(): readonly string[];
}

/**
 * Answers from values alone, as they come from a file or the environment:
 *
 * - a form takes its fields by their names, or from an object under the step's id; what is not there stays as the form has it.
 *   All that is missing or wrong in it comes out together, as `config-invalid`.
 * - a menu takes what stands under the step's id, or under `choose` (one id, or several for several menus).
 * - a page that gives a code takes `code`. What nobody but a person can do is `flow-needs-person`.
 */
export function valuesAnswerer(values: JsonObject): ValuesAnswerer {
  const used = new Set<string>();
  const given = new Set<string>();

  const take = (name: string): unknown => {
    if (!Object.hasOwn(values, name)) return undefined;
    used.add(name);
    return values[name];
  };

  function form({ provider }: FlowView, step: ShownForm): JsonObject {
    // What was given once is all there is.
    if (given.has(step.id)) throw configInvalid(provider, step.errors.length > 0 ? step.errors : [unanswered(step.id)]);
    given.add(step.id);
    const fields = Object.keys(propertiesOf(step.schema));
    const own = fields.includes(step.id) ? undefined : take(step.id);
    // The host's own form is the only one, so what it doesn't know is a slip of the finger; else another step may want it.
    const names = step.id === hostStep ? Object.keys(values).filter((name) => name !== step.id) : fields;
    const named = Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, take(name)]] : [])));
    return { ...step.values, ...named, ...(isJsonObject(own) ? own : {}) };
  }

  return {
    async answer(view) {
      const { step } = view;
      switch (step.type) {
        case 'form':
          return form(view, step);
        case 'menu': {
          const ids = step.options.map(({ id }) => id);
          const choices = [take(step.id), take('choose')].flat();
          const choice = choices.find((one): one is string => typeof one === 'string' && ids.includes(one));
          const expected = `Expected one of ${ids.map((id) => JSON.stringify(id)).join(', ')}.`;
          if (choice === undefined || given.has(step.id)) throw configInvalid(view.provider, [{ field: step.id, message: expected }]);
          given.add(step.id);
          return { choice };
        }
        case 'external': {
          const code = step.asksCode && !given.has(step.id) ? take('code') : undefined;
          given.add(step.id);
          if (typeof code === 'string') return { code };
          const what = `It leads to ${step.url}`;
          throw configError('flow-needs-person', { step: step.id, what, token: view.token });
        }
        default:
          return {};
      }
    },
    unused: () => Object.keys(values).filter((name) => !used.has(name)),
  };
}

function unanswered(step: string): FieldError {
  return { field: 'base', message: `The provider asks for "${step}" once more.` };
}
