import { defineProvider, type FlowInput, type FlowResult, type Location, ProviderError } from '../provider-api/index.js';
import type { InlineProvider } from '../providers/inline-provider.js';

interface CupboardConfig {
  readonly shelf: string;
  readonly key?: string;
  readonly size?: number;
}

/** What a test makes the cupboards do, and what became of them. */
export function createCupboards() {
  const world = {
    /** The key that opens them. */
    key: 'open sesame',
    /** True while nobody answers. */
    away: false,
    /** What `next` gives instead of a step of its own. */
    nextStep: undefined as unknown,
    /** Called in the progress step. */
    working: async (_signal: AbortSignal): Promise<void> => {},
    opened: [] as { readonly shelf: string; readonly firstUse: boolean }[],
    calls: [] as string[],
  };

  function reach(call: string): void {
    world.calls.push(call);
    if (world.away) throw new ProviderError('unavailable', 'Nobody is there.');
  }

  const common = defineProvider<CupboardConfig>({
    async open({ shelf, key }, { firstUse }) {
      reach('open');
      if (key !== undefined && key !== world.key) throw new ProviderError('auth-failed', `The key "${key}" does not fit.`);
      world.opened.push({ shelf, firstUse });
      return emptyLocation();
    },
    async place({ shelf }) {
      return { root: 'cupboard', path: shelf.toLowerCase() };
    },
    configFlow: {
      async validate({ shelf, key }) {
        reach('validate');
        if (shelf === 'bent') return [{ field: 'shelf', message: 'This shelf is bent.' }];
        return key === undefined || key === world.key ? [] : [{ field: 'key', message: `"${key}" does not fit.` }];
      },
    },
  });

  /** Asks for the way, then for the key, looks around, sends to a page, and asks for the shelf. */
  async function next(
    { step, answer, state, kind, current }: FlowInput,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<FlowResult> {
    reach(`next ${step}`);
    if (world.nextStep !== undefined) return world.nextStep as FlowResult;
    const kept = typeof state === 'object' && state !== null && !Array.isArray(state) ? { ...state } : {};
    switch (step) {
      case 'start':
        if (kind === 'reauth') return { step: keyForm };
        return {
          step: {
            type: 'menu',
            id: 'way',
            options: [
              { id: 'own', label: 'Mine' },
              { id: 'other', label: 'Of {owner}' },
            ],
            placeholders: { owner: 'somebody' },
          },
        };
      case 'way':
        return answer['choice'] === 'own'
          ? { step: keyForm }
          : { step: { type: 'abort', reason: 'Ask {owner} first.', placeholders: { owner: 'somebody' } } };
      case 'key':
        if (kind === 'reauth') return { step: { type: 'done', config: { ...current, key: answer['key'] ?? '' } } };
        return { step: { type: 'progress', id: 'looking', fraction: 0 }, state: { key: answer['key'] ?? '', looked: 0 } };
      case 'looking': {
        await world.working(signal);
        const looked = Number(Reflect.get(kept, 'looked')) + 1;
        const done = { type: 'message', id: 'found', description: `With ${String(Reflect.get(kept, 'key'))} all is well.` } as const;
        return { step: looked < 3 ? { type: 'progress', id: 'looking', fraction: looked / 3 } : done, state: { ...kept, looked } };
      }
      case 'found':
        return { step: { type: 'external', id: 'page', url: 'https://example.com/code', asksCode: true }, state };
      case 'page':
        return {
          step: {
            type: 'form',
            id: 'last',
            schema: {
              type: 'object',
              properties: { shelf: { type: 'string', title: 'Shelf' } },
              required: ['shelf'],
              additionalProperties: false,
            },
          },
          state: { ...kept, code: answer['code'] ?? '' },
        };
      default:
        return {
          step: { type: 'done', config: { shelf: answer['shelf'] ?? '', key: Reflect.get(kept, 'key') ?? '' }, title: 'My cupboard' },
        };
    }
  }

  const provider: InlineProvider = {
    manifest: {
      name: 'cupboards',
      version: '1.0.0',
      holdfast: { contributes: { providers: ['cupboard', 'guided'].map(contribution) } },
    },
    definition: { cupboard: common, guided: { ...common, configFlow: { ...common.configFlow, next } } },
  };
  return { world, provider };
}

const keyForm = {
  type: 'form',
  id: 'key',
  schema: {
    type: 'object',
    properties: { key: { type: 'string', title: 'Key', 'x-secret': true, minLength: 4 }, drawer: { type: 'string' } },
    required: ['key'],
    additionalProperties: false,
  },
} as const;

const contribution = (id: string) => ({
  id,
  label: id,
  configVersion: 1,
  configSchema: {
    type: 'object',
    properties: {
      shelf: { type: 'string', title: 'Shelf', minLength: 1 },
      key: { type: 'string', title: 'Key', minLength: 4, 'x-secret': true },
      size: { type: 'integer', title: 'Size', default: 3 },
    },
    required: ['shelf'],
    additionalProperties: false,
  },
});

function emptyLocation(): Location {
  const info = (key: string) => ({ key, size: 0, modifiedAt: new Date(0).toISOString() });
  return {
    put: async (key) => info(key),
    get: async () => new ReadableStream(),
    head: async () => undefined,
    async *list() {},
    async delete() {},
    async [Symbol.asyncDispose]() {},
  };
}
