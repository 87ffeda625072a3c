import { setTimeout } from 'node:timers/promises';
import type { FlowKind, Place, ProviderContext } from '@holdfast/core/provider-api';
import type { PackageBench } from '../../check.js';
import { expectEqual, expectTrue, shown } from '../../expectation/expect.js';
import { fail } from '../../expectation/check-failure.js';
import { secretsIn } from '../../running/secrets-in.js';
import { isRecord } from '../../json.js';
import { openSession } from '../../session.js';
import { defineCheck } from '../define-check.js';
import { expectNoLeftovers } from '../leftovers.js';

const noPackage = { skipped: 'There is no package to look at.' };

/** A context for what is asked of a definition without a location. */
function contextFor({ manifest, subject }: PackageBench, signal: AbortSignal): ProviderContext {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return { locationId: `${manifest.type}-check`, firstUse: false, stateFolder: subject.folder, log, signal };
}

/** True if one place is in the other. */
function overlap(one: Place, other: Place): boolean {
  const within = (inner: string, outer: string) => outer === '' || inner === outer || inner.startsWith(`${outer}/`);
  return one.root === other.root && (within(one.path, other.path) || within(other.path, one.path));
}

export const flowChecks = [
  defineCheck('flow/set-up', 'settings that are right are taken', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const { config } = await bench.place();
    const refusal = await (await bench.opener()).tryOut(config);
    const did = 'Set up a location with the settings of the place: validate, open, check';
    expectEqual(refusal, undefined, { did, rule: 'validate' });
    return undefined;
  }),

  defineCheck(
    'flow/refused',
    "settings that can't work are refused, with the field at fault and in words that help",
    async ({ package: bench }) => {
      if (bench === undefined) return noPackage;
      const { subject, manifest } = bench;
      const place = await bench.place();
      for (const { name, config, field, code, message } of subject.refused ?? []) {
        const settings = await config(place);
        const did = `Set up a location with settings that can't work: ${name}`;
        const refusal = await (await bench.opener()).tryOut(settings);
        if (refusal === undefined) fail({ did, expected: 'them to be refused', came: 'they were taken', rule: 'validate' });
        const came = shown(refusal);
        if (code !== undefined) expectTrue(refusal.code === code, { did, expected: `the code "${code}"`, came, rule: 'codes' });
        if (field !== undefined)
          expectTrue(refusal.field === field, { did, expected: `the field "${field}" to be named`, came, rule: 'invalidConfig' });
        if (message !== undefined)
          expectTrue(message.test(refusal.message), { did, expected: `a message with ${String(message)}`, came, rule: 'fieldErrors' });
        const [secret] = secretsIn(came, manifest, settings);
        expectTrue(secret === undefined, {
          did,
          expected: 'no secret in what is shown',
          came: `the value of "${secret}"`,
          rule: 'noSecrets',
        });
      }
      return undefined;
    },
    { needs: ['refused'] },
  ),

  defineCheck('flow/changes-nothing', 'validating changes nothing', async (bench) => {
    const { package: provided } = bench;
    if (provided === undefined) return noPackage;
    const { validate } = (await provided.definition()).configFlow ?? {};
    if (validate === undefined) return { skipped: 'It has no configFlow.validate.' };
    // A process of its own might be needed for it: then the host's, which every other check of flows uses.
    if (provided.isolation === 'process') return { skipped: 'Inline, the same code is called more directly.' };
    const { config } = await provided.place();
    const session = await openSession(bench);
    await session.put('object', 'x');
    for (let round = 1; round <= 2; round += 1) {
      const did = `Validated the settings of a place that is in use, for the ${round}. time`;
      expectEqual(await validate(config, contextFor(provided, bench.signal)), [], { did, rule: 'validate' });
      expectEqual(await session.keys(), ['object'], { did: `${did}, and listed`, rule: 'validate' });
      await expectNoLeftovers(bench, did, 'validate');
    }
    return undefined;
  }),

  defineCheck(
    'flow/place',
    'a place has one name, another place another one, and no secret is in it',
    async (bench) => {
      const { package: provided } = bench;
      if (provided === undefined) return noPackage;
      if (provided.isolation === 'process') return { skipped: 'Inline, the same code is called more directly.' };
      const definition = await provided.definition();
      const placeOf = definition.place?.bind(definition);
      if (placeOf === undefined) return { skipped: 'It has no "place": only equal settings are known for the same place.' };
      const here = await provided.place();
      const there = await provided.subject.place();
      try {
        const context = contextFor(provided, bench.signal);
        const one = await placeOf(here.config, context);
        const did = 'Asked for the place of settings';
        expectEqual(await placeOf(structuredClone(here.config), context), one, { did: `${did} twice`, rule: 'placeSecrets' });
        expectTrue(one.root !== '', { did, expected: 'a root', came: shown(one), rule: 'placeSecrets' });
        const plain = !one.path.startsWith('/') && !one.path.endsWith('/') && !one.path.includes('//');
        expectTrue(plain, { did, expected: 'a path with "/" between folders and none at its ends', came: shown(one), rule: 'placePath' });
        const [secret] = secretsIn(JSON.stringify(one), provided.manifest, here.config);
        expectTrue(secret === undefined, { did, expected: 'no secret', came: `the value of "${secret}"`, rule: 'placeSecrets' });
        const other = await placeOf(there.config, context);
        expectTrue(!overlap(one, other), {
          did: 'Asked for two places that have nothing to do with each other',
          expected: "places that don't overlap",
          came: `${shown(one)} and ${shown(other)}`,
          rule: 'placeOverlap',
        });
      } finally {
        await there[Symbol.asyncDispose]();
      }
      return undefined;
    },
    { needs: ['otherPlaces'] },
  ),

  defineCheck(
    'flow/steps',
    'a step of a flow is plain JSON without secrets, and comes again from what it gave to be kept',
    async (bench) => {
      const { package: provided } = bench;
      if (provided === undefined) return noPackage;
      const flow = (await provided.definition()).configFlow;
      const next = flow?.next?.bind(flow);
      if (next === undefined) return { skipped: 'It has no configFlow.next: the one form comes from its schema.' };
      const { config: current } = await provided.place();
      const kinds: readonly FlowKind[] = ['setup', 'reauth', 'reconfigure'];
      for (const kind of kinds) {
        const input = { kind, step: 'start', answer: {}, state: null, ...(kind !== 'setup' && { current }) };
        const result = await next(input, contextFor(provided, bench.signal));
        const did = `Asked for the first step of a flow of the kind "${kind}"`;
        expectEqual(JSON.parse(JSON.stringify(result)), result, { did: `${did}, wrote it as JSON and read that`, rule: 'stepsJson' });
        const [secret] = secretsIn(JSON.stringify(result.step), provided.manifest, current);
        const ends = result.step.type === 'done';
        expectTrue(ends || secret === undefined, {
          did,
          expected: 'no secret in what is shown',
          came: `the value of "${secret}"`,
          rule: 'stepSecrets',
        });
        await setTimeout(1);
        expectEqual(await next(input, contextFor(provided, bench.signal)), result, {
          did: `${did} again, as another process would`,
          rule: 'stepsJson',
        });
      }
      return undefined;
    },
  ),

  defineCheck('flow/migrate', "settings of every older version become today's, and work", async (bench) => {
    const { package: provided } = bench;
    if (provided === undefined) return noPackage;
    const { manifest, subject } = provided;
    if (manifest.configVersion === 1) return { skipped: 'Its configVersion is the first.' };
    const definition = await provided.definition();
    const place = await provided.place();
    for (let version = 1; version < manifest.configVersion; version += 1) {
      const older = subject.older?.find((settings) => settings.version === version);
      if (older === undefined) throw new Error(`The subject's "older" has no settings of the configVersion ${version}.`);
      const did = `Migrated settings of version ${version}`;
      const before = older.config(place);
      const kept = structuredClone(before);
      const migrated = await definition.migrateConfig?.(version, before);
      if (!isRecord(migrated)) fail({ did, expected: "today's settings", came: 'nothing: is there a migrateConfig?', rule: 'migrate' });
      expectEqual(before, kept, { did: `${did} and looked at what had been given to it`, rule: 'migrate' });
      expectEqual(await (await provided.opener()).tryOut(migrated), undefined, {
        did: `${did} and set up a location with them`,
        rule: 'migrate',
      });
    }
    return undefined;
  }),
];
