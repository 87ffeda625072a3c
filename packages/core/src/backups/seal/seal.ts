import { createHash, createHmac } from 'node:crypto';
import { sealMacKey, type SealMaterial } from '../../keys/seal-key.js';
import type { Seal, SealedMember, Sidecar } from '../sidecar.js';
import { canonicalJson } from './canonical-json.js';
import { packLeaves } from './leaves.js';

/** What a seal says about a backup, before it is authenticated. */
export interface SealContents {
  /** All that the sidecar holds, but for the seal itself. */
  readonly sidecar: Omit<Sidecar, 'seal'>;
  /** SHA-256 of each MiB of the backup file. */
  readonly leaves: readonly Buffer[];
  /** backup.json as it stands in the file. */
  readonly metadataBytes: Uint8Array;
  /** All members of the outer tar, in its order. */
  readonly members: readonly SealedMember[];
  /** Of this seal among the instance's, from 1. */
  readonly sequence: number;
  /** {@link sealDigest} of the instance's seal before this one. */
  readonly previous: string | null;
}

/** The sidecar with its seal. Without material, of an instance that has no key, the seal finds damage and proves nothing. */
export function buildSeal(contents: SealContents, material: SealMaterial | undefined): Sidecar & { readonly seal: Seal } {
  const { sidecar, leaves, metadataBytes, members, sequence, previous } = contents;
  const metadata = createHash('sha256').update(metadataBytes).digest('hex');
  return sealSidecar({ ...sidecar, seal: { version: 1, sequence, previous, ...packLeaves(leaves), metadata, members } }, material);
}

/** Authenticates a sidecar: all of it, as it is written. To be called last. */
export function sealSidecar<S extends Sidecar & { readonly seal: Seal }>(
  sidecar: S,
  material: SealMaterial | undefined,
): S & { readonly seal: Seal } {
  const { mac: _, key: __, ...seal } = sidecar.seal;
  if (material === undefined) return { ...sidecar, seal };
  const key = { fingerprint: material.fingerprint, salt: material.salt.toString('base64') };
  const keyed = { ...sidecar, seal: { ...seal, key } };
  return { ...keyed, seal: { ...keyed.seal, mac: macOf(keyed, material.root).toString('hex') } };
}

/** What the next seal of the instance calls `previous`, and the seal log keeps: SHA-256 of what the MAC covers. Hexadecimal. */
export function sealDigest(sidecar: Sidecar): string {
  return createHash('sha256').update(sealedText(sidecar)).digest('hex');
}

export function macOf(sidecar: Sidecar, root: Uint8Array): Buffer {
  return createHmac('sha256', sealMacKey(root)).update(sealedText(sidecar)).digest();
}

/** The sidecar without its MAC, in canonical JSON. */
function sealedText(sidecar: Sidecar): string {
  if (sidecar.seal === undefined) return canonicalJson(sidecar);
  const { mac: _, ...seal } = sidecar.seal;
  return canonicalJson({ ...sidecar, seal });
}
