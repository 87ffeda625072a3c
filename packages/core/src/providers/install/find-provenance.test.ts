import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../package.fixture.js';
import { findProvenance } from './find-provenance.js';
import type { Provenance } from './provenance.js';

const exact = 'holdfast-provider-signed@1.0.0';
const integrity = `sha512-${createHash('sha512').update('the tarball').digest('base64')}`;
const pair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const keys = pair();
const signed = (privateKey: string) => [
  { keyid: 'test-key', sig: createSign('SHA256').update(`${exact}:${integrity}`).sign(privateKey, 'base64') },
];

/** Asks a registry that has the package with this in its `dist`. */
async function ask(
  extra: object,
  { publishesKeys = true, statement = {} }: { publishesKeys?: boolean; statement?: object } = {},
): Promise<Provenance> {
  const dist = { tarball: 'http://127.0.0.1/none.tgz', integrity, ...extra };
  const [name = '', version = ''] = exact.split('@');
  const envelope = { payload: Buffer.from(JSON.stringify(statement)).toString('base64'), signatures: [{ keyid: '', sig: '' }] };
  const answers: Record<string, unknown> = {
    [`/${name}`]: { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, _id: exact, dist } }, time: {} },
    '/attestations': { attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', bundle: { dsseEnvelope: envelope } }] },
    ...(publishesKeys
      ? { '/-/npm/v1/keys': { keys: [{ keyid: 'test-key', key: keys.publicKey.toString('base64'), expires: null }] } }
      : {}),
  };
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const cache = join(await temporaryFolder(), 'cache');
  // No proxy leads anywhere, so that Sigstore's servers can't be asked.
  return findProvenance(exact, dist, { registry: `http://127.0.0.1:${port}/`, cache, retry: { retries: 0 }, fullMetadata: true });
}

test('what the registry does not send is absent', async () => {
  expect(await ask({})).toEqual({ state: 'absent', signature: 'absent' });
  expect(await ask({ signatures: [] })).toEqual({ state: 'absent', signature: 'absent' });
});

test("the registry's signature is checked, and is no proof of origin", async () => {
  expect(await ask({ signatures: signed(keys.privateKey) })).toEqual({ state: 'absent', signature: 'verified' });
  expect(await ask({ signatures: signed(pair().privateKey) })).toMatchObject({ state: 'absent', signature: 'invalid' });
});

test('a signature whose key is not published can not be checked', async () => {
  expect(await ask({ signatures: signed(keys.privateKey) }, { publishesKeys: false })).toMatchObject({
    state: 'absent',
    signature: 'unknown',
  });
});

test('an attestation for other bytes is invalid', async () => {
  const statement = { subject: [{ name: 'pkg:npm/holdfast-provider-signed@1.0.0', digest: { sha512: '00' } }] };
  expect(await ask({ attestations: { url: 'http://127.0.0.1/attestations' } }, { statement })).toMatchObject({
    state: 'invalid',
    signature: 'absent',
  });
});
