import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonRecord, JsonValue } from '@holdfast/core/provider-api';
import { expectEqual, expectTrue, shown } from '../../expectation/expect.js';
import { asRecord, isRecord, parseRecord } from '../../json.js';
import { startSettingsCheck } from '../../manifest/settings-check.js';
import type { ProviderManifest } from '../../provider-manifest.js';
import { defineCheck } from '../define-check.js';

const noPackage = { skipped: 'There is no package to look at.' };

/** Names of what is most likely a secret. */
const secretName = /secret|passw|passphrase|token|private.?key|application.?key|api.?key|credential/i;

/** What has these words and yet is none. */
const publicName = /(key|access|token).?id$|^.*name$/i;

function propertiesOf({ configSchema }: ProviderManifest): readonly (readonly [string, JsonRecord])[] {
  return Object.entries(asRecord(configSchema['properties'])).map(([name, schema]) => [name, asRecord(schema)] as const);
}

/** Settings with one of them changed. */
function withValue(config: JsonRecord, name: string, value: JsonValue): JsonRecord {
  return { ...config, [name]: value };
}

function without(config: JsonRecord, name: string): JsonRecord {
  return Object.fromEntries(Object.entries(config).filter(([other]) => other !== name));
}

/** A value of a type that the schema doesn't allow. */
function wrongValue({ type }: JsonRecord): JsonValue {
  return type === 'object' || type === undefined ? [[]] : { wrong: true };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Placeholders in a text. */
function placeholdersIn(text: JsonValue | undefined): readonly string[] {
  return [...new Set(typeof text === 'string' ? (text.match(/\{\w+\}/g) ?? []) : [])].sort();
}

export const settingsChecks = [
  defineCheck('manifest/titles', 'each setting has a title, and each secret is marked as one', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    for (const [name, schema] of propertiesOf(bench.manifest)) {
      const { title } = schema;
      const did = `Looked at the setting "${name}" in the schema`;
      expectTrue(typeof title === 'string' && title.trim() !== '', {
        did,
        expected: 'a title, for the form',
        came: shown(title),
        rule: 'schemaForms',
      });
      if (!secretName.test(name) || publicName.test(name) || schema['type'] !== 'string') continue;
      expectTrue(schema['x-secret'] === true, {
        did,
        expected: '"x-secret": true, as its name tells of a secret',
        came: shown(schema),
        rule: 'schemaForms',
      });
    }
    return undefined;
  }),

  defineCheck('manifest/texts', 'every language has the same texts, with the same placeholders', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const { folder } = bench.subject;
    const names = (await readdir(folder)).filter((name) => /^package\.nls(\..+)?\.json$/.test(name));
    if (names.length === 0) return { skipped: 'It has no package.nls.json.' };
    const usual = parseRecord(await readFile(join(folder, 'package.nls.json'), 'utf8'));
    for (const name of names) {
      const texts = parseRecord(await readFile(join(folder, name), 'utf8'));
      const did = `Compared ${name} with package.nls.json`;
      expectEqual(Object.keys(texts).sort(), Object.keys(usual).sort(), { did: `${did}: the keys`, rule: 'fieldErrors' });
      for (const [key, text] of Object.entries(texts)) {
        const expected = placeholdersIn(usual[key]);
        expectEqual(placeholdersIn(text), expected, { did: `${did}: the placeholders of "${key}"`, rule: 'fieldErrors' });
      }
    }
    return undefined;
  }),

  defineCheck('manifest/schema', 'the schema takes what is right, and refuses what is not', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const { manifest } = bench;
    const { config } = await bench.place();
    await using check = await startSettingsCheck(manifest);
    const fieldsOf = async (settings: JsonRecord) => (await check.faultsOf(settings)).map(({ field }) => field);
    const rule = 'schemaForms';
    expectEqual(await check.faultsOf(config), [], { did: 'Held the settings of the place against the schema', rule });
    for (const [name, schema] of propertiesOf(manifest)) {
      const { examples, default: usual } = schema;
      const right = [...(isList(examples) ? examples : []), ...(usual === undefined ? [] : [usual])];
      for (const value of right) {
        const did = `Put the example or default ${shown(value)} into "${name}" and held the settings against the schema`;
        expectEqual((await fieldsOf(withValue(config, name, value))).includes(name), false, { did, rule });
      }
      const wrong = wrongValue(schema);
      const did = `Put ${shown(wrong)} into "${name}", which is of another type, and held the settings against the schema`;
      expectEqual(
        (await fieldsOf(withValue(config, name, wrong))).some((field) => field.startsWith(name)),
        true,
        { did, rule },
      );
    }
    const did = 'Added a setting "no-such-setting" and held the settings against the schema';
    expectEqual((await fieldsOf(withValue(config, 'no-such-setting', 'x'))).includes('no-such-setting'), true, { did, rule });
    return undefined;
  }),

  defineCheck('manifest/missing-settings', 'all that is missing is told at once', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const { manifest } = bench;
    const { config } = await bench.place();
    const { required = [] } = manifest.configSchema;
    const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
    await using check = await startSettingsCheck(manifest);
    const fieldsOf = async (settings: JsonRecord) => (await check.faultsOf(settings)).map(({ field }) => field).sort();
    expectEqual(await fieldsOf({}), [...names].sort(), { did: 'Held no settings at all against the schema', rule: 'schemaForms' });
    for (const name of names) {
      expectEqual(await fieldsOf(without(config, name)), [name], {
        did: `Left out "${name}" and held the settings against the schema`,
        rule: 'schemaForms',
      });
    }
    for (const field of manifest.secretFields) {
      const schema = asRecord(asRecord(manifest.configSchema['properties'])[field]);
      const shows = [schema['examples'], schema['default']].some((value) => value !== undefined) || isRecord(schema['const']);
      expectEqual(shows, false, { did: `Looked for examples or a default of the secret "${field}"`, rule: 'schemaForms' });
    }
    return undefined;
  }),
];
