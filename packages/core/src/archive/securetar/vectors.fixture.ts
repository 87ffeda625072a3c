import { readFixture } from '../home-assistant.fixture.js';

interface Vector {
  readonly plaintext_size: number;
  readonly v2: { readonly file_size: number; readonly sha256: string; readonly file_hex?: string };
  readonly v3: {
    readonly file_size: number;
    readonly sha256: string;
    readonly file_hex?: string;
    readonly chunks: readonly { readonly nonce: string; readonly poly_key: string; readonly tag: number; readonly mac: string }[];
  };
}

interface Vectors {
  readonly password: string;
  readonly v1_v2: { readonly salt: string; readonly key: string; readonly iv: string };
  readonly v3: Readonly<Record<'root_salt' | 'validation_salt' | 'derivation_salt' | 'stream_header', string>> &
    Readonly<Record<'root_key' | 'validation_key' | 'stream_key' | 'hchacha20_subkey', string>>;
  readonly cases: readonly Vector[];
}

/** Key derivation values and complete encrypted members, for sizes around the block and piece limits. */
export const vectors = JSON.parse(readFixture('vectors.json').toString()) as Vectors;

/** The plaintext of the vectors. */
export function plaintextOf(size: number): Buffer {
  const plaintext = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) plaintext[at] = (at * 31 + Math.floor(at / 251)) % 256;
  return plaintext;
}
