import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks } from '../checks/index.js';
import { definitionIn } from '../openers/definition.js';
import { openInline } from '../openers/inline-opener.js';
import { type ProviderUnderCheck, takeSubject } from '../running/provider-under-check.js';
import { runPackageCheck } from '../running/run-package-check.js';
import { httpProvider, type Quirks } from './http-provider.fixture.js';
import { startHttpStore } from './http-store.fixture.js';

const manifest = {
  name: 'holdfast-provider-http',
  version: '1.0.0',
  type: 'module',
  exports: './index.js',
  engines: { holdfast: '^0.1.0' },
  holdfast: {
    contributes: {
      providers: [
        {
          id: 'http',
          label: 'HTTP',
          configVersion: 1,
          configSchema: {
            type: 'object',
            properties: {
              host: { type: 'string', title: 'Host' },
              port: { type: 'integer', title: 'Port' },
              token: { type: 'string', title: 'Token', 'x-secret': true },
            },
          },
        },
      ],
    },
    permissions: { network: ['*'], filesystem: 'none' },
  },
};

const schema = manifest.holdfast.contributes.providers[0]?.configSchema;

const mutants: readonly { readonly does: string; readonly breaks: readonly string[]; readonly quirks: Quirks }[] = [
  {
    does: 'takes an answer that broke off for a whole one',
    breaks: ['faults/reset-down', 'faults/truncated'],
    quirks: { takesHalf: true },
  },
  {
    does: 'calls it its own fault that the line broke',
    breaks: ['faults/refused', 'faults/reset-up', 'faults/lost-answer', 'faults/garbage', 'faults/outage', 'faults/no-such-host'],
    quirks: { codeOfBreak: 'internal' },
  },
  { does: 'calls it its own fault that the server failed', breaks: ['faults/server-error'], quirks: { codeOfStatus: () => 'internal' } },
  { does: 'takes a broken line for a stored object', breaks: ['faults/reset-up', 'faults/refused'], quirks: { takesBreakForStored: true } },
  { does: 'shows the whole page of an error', breaks: ['faults/error-page'], quirks: { messageOf: (page) => `The store says: ${page}` } },
  {
    does: 'takes a refused key for a broken service',
    breaks: ['faults/unauthorized', 'faults/forbidden'],
    quirks: { codeOfStatus: () => 'unavailable' },
  },
  { does: 'does not say for how long it has to wait', breaks: ['faults/too-many-requests'], quirks: { forgetsRetryAfter: true } },
  { does: 'goes on when it is cancelled', breaks: ['faults/stalled', 'faults/fired-signal'], quirks: { ignoresSignal: true } },
  { does: 'gives up after a second', breaks: ['faults/slow'], quirks: { impatient: true } },
  { does: 'takes its token wherever it is sent', breaks: ['faults/redirected'], quirks: { followsRedirects: true } },
  { does: 'tries again and again, without a pause', breaks: ['faults/outage'], quirks: { triesForEver: true } },
  { does: 'says verified whatever happened', breaks: ['faults/damaged-upload'], quirks: { saysVerified: true } },
  { does: 'connects when it is opened', breaks: ['faults/open-is-cheap'], quirks: { connectsAtOnce: true } },
  { does: 'keeps its connections when it is closed', breaks: ['faults/closed'], quirks: { keepsConnections: true } },
  { does: 'reads ahead as far as it can', breaks: ['faults/back-pressure'], quirks: { readsAhead: true } },
  { does: 'keeps what it reads open when nobody wants it', breaks: ['faults/early-end'], quirks: { keepsStreams: true } },
];

describe('a provider that', () => {
  let folder = '';
  let http: ProviderUnderCheck;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-http-'));
    await writeFile(join(folder, 'schema.json'), JSON.stringify(schema));
    const text = JSON.stringify(manifest, (name, value: unknown) => (name === 'configSchema' ? './schema.json' : value));
    await writeFile(join(folder, 'package.json'), text);
    http = await takeSubject({ folder, place }, 'inline');
  });
  afterAll(async () => {
    await http[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function place() {
    const { port, token, [Symbol.asyncDispose]: dispose } = await startHttpStore();
    return {
      config: { host: '127.0.0.1', port, token },
      through: { upstream: { host: '127.0.0.1', port }, config: (proxy: { host: string; port: number }) => ({ ...proxy, token }) },
      [Symbol.asyncDispose]: dispose,
    };
  }

  function withQuirks(quirks: Quirks): ProviderUnderCheck {
    const definition = definitionIn({ default: httpProvider(quirks) }, http.manifest);
    return { ...http, definition: async () => definition, openerFor: (config) => openInline(definition, 'http', config) };
  }

  async function statesOf(ids: readonly string[], quirks: Quirks) {
    const states: Record<string, unknown> = {};
    for (const check of checks.filter(({ id }) => ids.includes(id))) {
      const { state, error } = await runPackageCheck(check, withQuirks(quirks));
      states[check.id] = state === 'failed' ? { state, error } : state;
    }
    return states;
  }

  test.each(mutants)('$does is found by $breaks', async ({ breaks, quirks }) => {
    const expected = breaks.map((id) => [id, { state: 'failed', error: expect.stringMatching(/./) }]);
    expect(await statesOf(breaks, quirks)).toEqual(Object.fromEntries(expected));
  });

  test('has none of these faults passes', { timeout: 400_000 }, async () => {
    const ids = checks.filter(({ area }) => area === 'faults').map(({ id }) => id);
    expect(http.manifest.problem).toBeUndefined();
    const states = await statesOf(ids, {});
    expect(states).toEqual({ ...Object.fromEntries(ids.map((id) => [id, 'passed'])), 'faults/few-requests': 'skipped' });
    // Each of them has a mutant; that a put sends few requests is seen with providers that store in parts.
    expect(ids.filter((id) => !mutants.some(({ breaks }) => breaks.includes(id)))).toEqual(['faults/few-requests']);
  });
});
