import type { AbortStep, DoneStep, FieldError, FlowStep, JsonRecord } from '../../provider-api/index.js';
import { configSchemaFaults } from '../../providers/config-schema.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { isJsonRecord } from './json-value.js';

/** A step that is shown and waits for an answer. */
export type WaitingStep = Exclude<FlowStep, DoneStep | AbortStep>;

/** The id of the form that the host makes where the provider has no flow of its own; a provider's steps can't have it. */
export const hostStep = 'start';

const largest = 256 * 1024;

/** Takes a provider's step for what it is, or throws an `Error` that says what is wrong with it. Unknown parts are left out. */
export function parseStep(value: unknown): FlowStep {
  const step = record(value, 'the step');
  if (JSON.stringify(step).length > largest) throw new Error('the step is larger than 256 KiB');
  switch (step['type']) {
    case 'done':
      return { type: 'done', config: record(step['config'], 'config'), ...optional('title', text)(step) };
    case 'abort':
      return { type: 'abort', reason: text(step['reason'], 'reason'), ...optional('placeholders', texts)(step) };
    default:
      if (step['id'] === hostStep) throw new Error(`the id of a step is not "${hostStep}"`);
      return parseWaitingStep(step);
  }
}

/** As {@link parseStep}, for a step that waits for an answer. */
export function parseWaitingStep(value: unknown): WaitingStep {
  const step = record(value, 'the step');
  const id = text(step['id'], 'id');
  if (!/^[\w.-]{1,64}$/.test(id)) throw new Error('an id has 1 to 64 characters out of letters, digits and "._-"');
  const shown = { id, ...optional('title', text)(step), ...optional('description', text)(step), ...optional('placeholders', texts)(step) };
  switch (step['type']) {
    case 'form':
      return {
        type: 'form',
        ...shown,
        ...optional('schema', schema)(step),
        ...optional('values', record)(step),
        ...optional('errors', errors)(step),
      };
    case 'menu':
      return { type: 'menu', ...shown, options: options(step['options']) };
    case 'message':
      return { type: 'message', ...shown };
    case 'progress':
      return { type: 'progress', ...shown, ...optional('fraction', fraction)(step) };
    case 'external':
      return { type: 'external', ...shown, url: url(step['url']), asksCode: step['asksCode'] === true };
    default:
      throw new Error(`there is no type of step ${JSON.stringify(step['type'])}`);
  }
}

function optional<Name extends string, T>(name: Name, parse: (value: unknown, place: string) => T) {
  return (step: JsonObject): { readonly [N in Name]?: T } => {
    const value = step[name];
    if (value === undefined) return {};
    const parsed: { [N in Name]?: T } = {};
    Object.assign(parsed, { [name]: parse(value, name) });
    return parsed;
  };
}

function record(value: unknown, place: string): JsonRecord {
  if (isJsonRecord(value)) return value;
  throw new Error(`${place} is not an object of plain JSON`);
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${place} is not a text`);
}

function texts(value: unknown, place: string): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value, place)).map(([name, part]) => [name, text(part, `${place}.${name}`)] as const);
  return Object.fromEntries(entries);
}

function schema(value: unknown, place: string): JsonRecord {
  const [fault] = configSchemaFaults(value, place);
  if (fault !== undefined) throw new Error(fault.replace(/\.$/, ''));
  return record(value, place);
}

function errors(value: unknown, place: string): FieldError[] {
  if (!Array.isArray(value)) throw new Error(`${place} is not a list`);
  return value.map((entry: unknown) => {
    const error = record(entry, place);
    const field = text(error['field'], `${place}.field`);
    return { field, message: text(error['message'], `${place}.message`), ...optional('placeholders', texts)(error) };
  });
}

function options(value: unknown) {
  if (!Array.isArray(value) || value.length === 0) throw new Error('a menu has at least one option');
  const parsed = value.map((entry: unknown) => {
    const option = isJsonObject(entry) ? entry : {};
    return {
      id: text(option['id'], 'options.id'),
      label: text(option['label'], 'options.label'),
      ...optional('description', text)(option),
    };
  });
  if (new Set(parsed.map(({ id }) => id)).size < parsed.length) throw new Error('two options of the menu have the same id');
  return parsed;
}

function fraction(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new Error('fraction is not a number from 0 to 1');
}

function url(value: unknown): string {
  const given = text(value, 'url');
  // It is opened in somebody's browser.
  if (URL.canParse(given) && ['https:', 'http:'].includes(new URL(given).protocol)) return given;
  throw new Error('url is not the address of a web page');
}
