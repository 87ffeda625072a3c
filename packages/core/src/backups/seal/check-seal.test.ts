import { beforeAll, describe, expect, test } from 'vitest';
import { password, tarOf } from '../../archive/written-backup.fixture.js';
import type { KeyStore } from '../../keys/key-store.js';
import { encodeSidecar, parseSidecar, type Sidecar } from '../sidecar.js';
import { checkSeal } from './check-seal.js';
import { sealDigest, sealSidecar } from './seal.js';
import { fingerprint, type SealedBackup, sealedBackup, sealMaterial } from './sealed-backup.fixture.js';

let original: SealedBackup;
beforeAll(async () => {
  original = await sealedBackup({ 'one.tar.gz': tarOf([]) });
});

/** A host that has the test key, and what it was asked to derive. */
function hostKeys(): KeyStore {
  const sealMaterialOf: KeyStore['sealMaterial'] = async (wanted) => (wanted === fingerprint ? sealMaterial() : undefined);
  return { sealMaterial: sealMaterialOf } as Partial<KeyStore> as KeyStore;
}

describe('a seal', () => {
  test('is authenticated by the host that has its key, also after it was stored', async () => {
    expect(await checkSeal(original.sidecar, hostKeys())).toMatchObject({ state: 'sealed' });
    const stored = await parseSidecar(encodeSidecar(original.sidecar), 'k');
    expect(await checkSeal(stored, hostKeys())).toMatchObject({ state: 'sealed' });
    expect(sealDigest(stored)).toBe(sealDigest(original.sidecar));
  });

  test('is authenticated by the key that someone types, and by no other', async () => {
    expect(await checkSeal(original.sidecar, undefined, ['wrong', password])).toMatchObject({ state: 'sealed' });
    expect(await checkSeal(original.sidecar, undefined, ['wrong'])).toEqual({ state: 'unverified', why: 'key not known' });
  });

  test('of an instance without a key finds damage only, and a backup without a seal has none', async () => {
    const plain: Sidecar & Pick<typeof original.sidecar, 'seal'> = { ...original.sidecar, encryption: { format: 'plain' } };
    expect(await checkSeal(sealSidecar(plain, undefined), hostKeys())).toEqual({ state: 'unverified', why: 'no key' });
    const { seal: _, ...unsealed } = original.sidecar;
    expect(await checkSeal(unsealed, hostKeys())).toEqual({ state: 'unsealed' });
  });

  test.each<[string, (sidecar: SealedBackup['sidecar']) => Sidecar]>([
    ['name', (sidecar) => ({ ...sidecar, name: 'Other' })],
    ['date', (sidecar) => ({ ...sidecar, date: '2020-01-01T00:00:00+00:00' })],
    ['size', (sidecar) => ({ ...sidecar, file: { size: sidecar.file.size - 1 } })],
    ['metadata', (sidecar) => ({ ...sidecar, metadata: { ...sidecar.metadata, name: 'x' } })],
    ['property that is not known', (sidecar) => ({ ...sidecar, later: 1 }) as Sidecar],
    ['sequence', (sidecar) => ({ ...sidecar, seal: { ...sidecar.seal, sequence: 9 } })],
    ['members', (sidecar) => ({ ...sidecar, seal: { ...sidecar.seal, members: sidecar.seal.members.slice(1) } })],
    ['digest of backup.json', (sidecar) => ({ ...sidecar, seal: { ...sidecar.seal, metadata: '0'.repeat(64) } })],
    ['MAC', (sidecar) => ({ ...sidecar, seal: { ...sidecar.seal, mac: '0'.repeat(64) } })],
    ['leaves', (sidecar) => ({ ...sidecar, seal: { ...sidecar.seal, leaves: Buffer.alloc(32).toString('base64') } })],
    ['salt', (sidecar) => withKey(sidecar, { fingerprint, salt: 'AAAA' })],
    ['key', (sidecar) => withKey(sidecar, { fingerprint: 'hf1-0123456789abcdef-0000000000000000', salt: sidecar.seal.key?.salt ?? '' })],
  ])('with another %s is not valid', async (_, change) => {
    await expect(checkSeal(change(original.sidecar), hostKeys())).rejects.toMatchObject({ code: 'seal-invalid' });
  });

  test('of an encrypted backup can not lose its authentication unnoticed', async () => {
    const { mac: _, ...unkeyed } = original.sidecar.seal;
    const { key: __, ...bare } = unkeyed;
    for (const seal of [unkeyed, bare]) {
      await expect(checkSeal({ ...original.sidecar, seal }, hostKeys())).rejects.toMatchObject({ code: 'seal-invalid' });
    }
  });

  test('that another host made with the same key and another salt is authenticated too', async () => {
    const { root } = await sealMaterial();
    const keys = { sealMaterial: async () => ({ fingerprint, salt: Buffer.alloc(16), root }) } as Partial<KeyStore> as KeyStore;
    const sealed = sealSidecar(original.sidecar, { fingerprint, salt: Buffer.alloc(16), root });
    expect(await checkSeal(sealed, keys)).toMatchObject({ state: 'sealed' });
  });
});

function withKey(sidecar: SealedBackup['sidecar'], key: { fingerprint: string; salt: string }): Sidecar {
  return { ...sidecar, seal: { ...sidecar.seal, key } };
}
