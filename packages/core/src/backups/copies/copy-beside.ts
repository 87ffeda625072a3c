import { createHash } from 'node:crypto';
import { isHoldfastError } from '../../base/errors.js';
import { isProviderError } from '../../provider-api/index.js';
import { indexKey, sidecarKey } from '../backup-name.js';
import { readRange, readSmallObject } from '../location-bytes.js';
import { sealDigest } from '../seal/seal.js';
import { encodeSidecar, maxSidecarBytes, parseSidecar, type Sidecar } from '../sidecar.js';
import type { Target } from '../targets.js';
import type { CopySource } from './copy-sources.js';

/** The sidecar as it stands beside a copy, byte for byte; made anew only where none of them has it any more. */
export async function sidecarBytes(sources: readonly CopySource[], sidecar: Sidecar, signal: AbortSignal): Promise<Uint8Array> {
  for (const { location, key } of sources) {
    try {
      const bytes = await readSmallObject(location, sidecarKey(key), maxSidecarBytes, signal);
      if (bytes === undefined) continue;
      const found = await parseSidecar(bytes, sidecarKey(key));
      if (sealDigest(found) === sealDigest(sidecar) && found.seal?.mac === sidecar.seal?.mac) return bytes;
    } catch (error) {
      signal.throwIfAborted();
      if (!isProviderError(error) && !isHoldfastError(error)) throw error;
    }
  }
  return encodeSidecar(sidecar);
}

/**
 * Copies the index from the first location that has it whole, as far as its size and its root page tell; each of its other pages is checked when it is
 * read. @returns whether there was one: a backup is worth having without it
 */
export async function copyIndex(
  sources: readonly CopySource[],
  sidecar: Sidecar,
  target: Target,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { index } = sidecar;
  if (index === undefined) return true;
  for (const source of sources) {
    let broken = false;
    async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
      let size = 0;
      try {
        for await (const part of await source.location.get(indexKey(source.key), { signal })) {
          size += part.length;
          yield part;
        }
        if (size !== index?.size) throw new Error(`The index at ${source.title} is ${size} bytes long.`);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
    try {
      const { offset, length, sha256 } = index.root;
      const root = await readRange(source.location, indexKey(source.key), offset, length, signal);
      if (createHash('sha256').update(root).digest('hex') !== sha256) continue;
    } catch {
      signal.throwIfAborted();
      continue;
    }
    try {
      await target.location.put(indexKey(key), ReadableStream.from(bytes()), { size: index.size, signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!broken) throw error;
    }
  }
  return false;
}
