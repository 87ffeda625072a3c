import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { bucketAddress } from './bucket-address.js';
import type { CloudConfig } from './cloud-config.js';
import { placeOfBucket } from './place-of-bucket.js';
import { isService, services } from './services.js';
import { settingFields } from './setting-fields.js';
import { settingsFaults } from './settings-faults.js';

const key = { accessKeyId: 'id', secretAccessKey: 'secret' };
const account = '0123456789abcdef0123456789abcdef';
const r2: CloudConfig = { service: 'r2', accountId: account, bucket: 'backups', ...key };

async function jsonOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'));
  return fieldsOf(value);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

describe('where settings lead', () => {
  test.each<[CloudConfig, string, string, string]>([
    [r2, `https://${account}.r2.cloudflarestorage.com`, 'auto', `s3:${account}.r2.cloudflarestorage.com:backups`],
    [
      { ...r2, endpoint: `https://${account}.eu.r2.cloudflarestorage.com` },
      `https://${account}.eu.r2.cloudflarestorage.com`,
      'auto',
      `s3:${account}.eu.r2.cloudflarestorage.com:backups`,
    ],
    [{ service: 'aws', region: 'eu-west-1', bucket: 'b.c', ...key }, 'https://s3.eu-west-1.amazonaws.com', 'eu-west-1', 's3:aws:b.c'],
    [{ service: 'aws-role', region: 'cn-north-1', bucket: 'bbb' }, 'https://s3.cn-north-1.amazonaws.com.cn', 'cn-north-1', 's3:aws:bbb'],
    [
      { service: 'b2', region: 'eu-central-003', bucket: 'Home-Backups', ...key },
      'https://s3.eu-central-003.backblazeb2.com',
      'eu-central-003',
      'b2:home-backups',
    ],
    [
      { service: 'other', endpoint: 'https://s3.eu-central-003.backblazeb2.com/', bucket: 'Home', ...key },
      'https://s3.eu-central-003.backblazeb2.com',
      'us-east-1',
      'b2:home',
    ],
    [{ service: 'minio', endpoint: 'http://NAS:9000', bucket: 'bbb', ...key }, 'http://nas:9000', 'us-east-1', 's3:nas:9000:bbb'],
  ])('%j', (config, endpoint, region, root) => {
    expect(settingsFaults(config)).toEqual([]);
    const address = bucketAddress(config);
    expect(address).toMatchObject({ endpoint, region });
    expect(placeOfBucket(address)).toEqual({ root, path: '' });
  });

  test('a prefix is the same with and without slashes behind it', () => {
    const places = ['a/b', 'a/b/'].map((prefix) => bucketAddress({ ...r2, prefix }));
    expect(places.map(({ prefix }) => prefix)).toEqual(['a/b/', 'a/b/']);
    expect(places.map((address) => placeOfBucket(address).path)).toEqual(['a/b', 'a/b']);
  });

  test('parts are of one size where Cloudflare wants them so', () => {
    expect(bucketAddress(r2).equalParts).toBe(true);
    expect(bucketAddress({ ...r2, service: 'other', endpoint: `https://${account}.r2.cloudflarestorage.com` }).equalParts).toBe(true);
    expect(bucketAddress({ ...r2, service: 'other', endpoint: 'https://s3.example.com' }).equalParts).toBe(false);
  });
});

describe('what is wrong with settings', () => {
  const other: CloudConfig = { service: 'other', endpoint: 'https://s3.example.com', bucket: 'backups', ...key };
  test.each<[string, CloudConfig, string[], string]>([
    ['no account', { service: 'r2', bucket: 'bbb', ...key }, ['accountId'], '%cloud.missing%'],
    ['no key', { service: 'r2', accountId: account, bucket: 'bbb' }, ['accessKeyId', 'secretAccessKey'], '%cloud.missing%'],
    ['an account that is an address', { ...r2, accountId: 'https://dash.cloudflare.com' }, ['accountId'], '%cloud.account.malformed%'],
    [
      'a region that leads elsewhere',
      { service: 'aws', region: 'evil.com/', bucket: 'bbb', ...key },
      ['region'],
      '%cloud.region.malformed%',
    ],
    ['no address', { service: 'minio', bucket: 'bbb', ...key }, ['endpoint'], '%cloud.missing%'],
    ['no URL', { ...other, endpoint: 's3.example.com' }, ['endpoint'], '%cloud.endpoint.malformed%'],
    ['a file', { ...other, endpoint: 'file:///etc' }, ['endpoint'], '%cloud.endpoint.malformed%'],
    ['a password in the address', { ...other, endpoint: 'https://a:b@s3.example.com' }, ['endpoint'], '%cloud.endpoint.password%'],
    ['the bucket behind the address', { ...other, endpoint: 'https://s3.example.com/backups' }, ['endpoint'], '%cloud.endpoint.path%'],
    ['the bucket before the address', { ...other, endpoint: 'https://backups.s3.example.com' }, ['endpoint'], '%cloud.endpoint.bucket%'],
    ['a bucket with a slash', { ...other, bucket: 'a/b' }, ['bucket'], '%cloud.bucket.malformed%'],
    ['a prefix that goes up', { ...other, prefix: 'a/../b' }, ['prefix'], '%cloud.prefix.dots%'],
    ['a prefix that leaves no room', { ...other, prefix: 'ü'.repeat(256) }, ['prefix'], '%cloud.prefix.too-long%'],
  ])('%s', (_, config, fields, message) => {
    expect(settingsFaults(config).map((fault) => [fault.field, fault.message])).toEqual(fields.map((field) => [field, message]));
  });
});

test('forms and schema have the same fields, and the same services', async () => {
  const { properties } = await jsonOf('schemas/cloud.json');
  expect(properties).toMatchObject({ service: { enum: Object.keys(services) } });
  const { service: _, ...fields } = fieldsOf(properties);
  expect(fields).toEqual(settingFields);
  expect(isService('toString')).toBe(false);
});

test('each text is there in both languages, with the same placeholders', async () => {
  const [english, german] = [await jsonOf('package.nls.json'), await jsonOf('package.nls.de.json')];
  const placeholders = (table: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(table).map(([name, text]) => [name, (String(text).match(/\{\w+\}/g) ?? []).sort()]));
  expect(placeholders(german)).toEqual(placeholders(english));
  const sources = ['settings-faults', 'setting-fields', 'settings-form', 'next-step', 'notices', 'try-config'].map(
    (name) => `src/${name}.ts`,
  );
  const files = await Promise.all(
    [...sources, 'package.json', 'schemas/cloud.json'].map((path) => readFile(new URL(`../${path}`, import.meta.url), 'utf8')),
  );
  const used = files.flatMap((text) => [...text.matchAll(/%(cloud\.[\w.-]+)%/g)].map(([, name]) => name));
  expect(used.filter((name) => name !== undefined && !(name in english))).toEqual([]);
  const computed = /^cloud\.(settings|service|prefix|denied)\./;
  expect(Object.keys(english).filter((name) => !used.includes(name) && !computed.test(name))).toEqual([]);
});
