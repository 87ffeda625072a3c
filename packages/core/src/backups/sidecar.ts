import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { ArchiveFormat } from '../archive/index/archive-index.js';
import { fitsSchema } from '../base/fits-schema.js';
import { backupError } from './errors.js';
import type { SealedProblems } from './sealed-problems.js';
import type { SourceProblem } from './sources/read-source.js';

/** One inner archive, as it was written. Offsets and sizes in bytes. */
export interface SidecarArchive {
  readonly source: string;
  readonly member: string;
  /** Where its content starts in the backup file. */
  readonly offset: number;
  readonly size: number;
  readonly files: number;
  /** Of the files' contents. */
  readonly bytes: number;
}

/**
 * What stands beside each backup, under its key and `.holdfast.json`. It is written last, so that a backup which has one is
 * whole. Holds no file name in the clear unless the backup itself is not encrypted.
 */
export interface Sidecar {
  /** Version of this shape. Readers ignore properties that they don't know. */
  readonly holdfast: 1;
  readonly id: string;
  readonly name: string;
  /** ISO 8601 with offset, as in backup.json. */
  readonly date: string;
  readonly instance: { readonly id: string; readonly name: string };
  /** `sha256` (hexadecimal, of the whole file) is only in sidecars without a seal. */
  readonly file: { readonly size: number; readonly sha256?: string };
  readonly encryption: { readonly format: 'securetar-2' | 'securetar-3'; readonly keyFingerprint: string } | { readonly format: 'plain' };
  readonly seal?: Seal;
  readonly index?: SidecarIndex;
  readonly archives: readonly SidecarArchive[];
  /** How many problems there were; the lists below may be cut. */
  readonly warnings: number;
  readonly problems?: readonly SourceProblem[];
  readonly sealedProblems?: SealedProblems;
  /** The backup's backup.json. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Proof of what the backup file is. With the key: the `mac` authenticates the whole sidecar, hence the digests in it. Without
 * it the digests still find damage.
 */
export interface Seal {
  readonly version: 1;
  /** Counts the backups of an instance, from 1. */
  readonly sequence: number;
  /** Digest of the instance's seal before this one; `null` for its first. Hexadecimal. */
  readonly previous: string | null;
  /** SHA-256 of each MiB of the file, 32 bytes each, base64. */
  readonly leaves: string;
  /** SHA-256 of all the leaves, one after the other. Hexadecimal. */
  readonly root: string;
  /** SHA-256 of backup.json. Hexadecimal. */
  readonly metadata: string;
  /** All members of the outer tar, in its order. */
  readonly members: readonly SealedMember[];
  /** Which key authenticates it; absent if the instance has none. */
  readonly key?: { readonly fingerprint: string /** 16 bytes, base64. */; readonly salt: string };
  /** HMAC-SHA-256 of the sidecar without this property, in canonical JSON. Hexadecimal. */
  readonly mac?: string;
}

/** One row of a seal. */
export interface SealedMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly format: 'metadata' | ArchiveFormat;
  /** The encryption header, which no two archives share: base64. Empty for members without one. */
  readonly header: string;
}

/** Where the index of a backup's files lies, and what it is. */
interface SidecarIndex {
  /** Bytes of the index object. */
  readonly size: number;
  /** 32 random bytes, base64: with them the index key is derived, so that no other index fits. */
  readonly salt: string;
  /** Its first page to be read. */
  readonly root: { readonly offset: number; readonly length: number /** Of the stored bytes, hexadecimal. */; readonly sha256: string };
}

/** A sidecar is read whole, so one that is larger than this isn't one. */
export const maxSidecarBytes = 64 * 1024 * 1024;

const text = { type: 'string' } as const;
const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const base64 = { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' } as const;
const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

const schema = {
  type: 'object',
  required: ['holdfast', 'id', 'name', 'date', 'instance', 'file', 'encryption', 'archives', 'warnings', 'metadata'],
  properties: {
    holdfast: { const: 1 },
    id: { type: 'string', pattern: '^[0-9a-f]{8}$' },
    name: text,
    date: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d' },
    instance: { type: 'object', required: ['id', 'name'], properties: { id: text, name: text } },
    file: {
      type: 'object',
      required: ['size'],
      properties: { size: count, sha256: digest },
    },
    encryption: {
      type: 'object',
      required: ['format'],
      oneOf: [
        { properties: { format: { enum: ['securetar-2', 'securetar-3'] }, keyFingerprint: text }, required: ['keyFingerprint'] },
        { properties: { format: { const: 'plain' } } },
      ],
    },
    seal: {
      type: 'object',
      required: ['version', 'sequence', 'previous', 'leaves', 'root', 'metadata', 'members'],
      properties: {
        version: { const: 1 },
        sequence: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        previous: { anyOf: [digest, { type: 'null' }] },
        leaves: base64,
        root: digest,
        metadata: digest,
        members: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'offset', 'size', 'format', 'header'],
            properties: {
              name: text,
              offset: count,
              size: count,
              format: { enum: ['metadata', 'plain', 'securetar-1', 'securetar-2', 'securetar-3'] },
              header: base64,
            },
          },
        },
        key: { type: 'object', required: ['fingerprint', 'salt'], properties: { fingerprint: text, salt: base64 } },
        mac: digest,
      },
    },
    index: {
      type: 'object',
      required: ['size', 'salt', 'root'],
      properties: {
        size: count,
        salt: base64,
        root: { type: 'object', required: ['offset', 'length', 'sha256'], properties: { offset: count, length: count, sha256: digest } },
      },
    },
    archives: {
      type: 'array',
      items: {
        type: 'object',
        required: ['source', 'member', 'offset', 'size', 'files', 'bytes'],
        properties: { source: text, member: text, offset: count, size: count, files: count, bytes: count },
      },
    },
    warnings: count,
    problems: {
      type: 'array',
      items: {
        type: 'object',
        required: ['source', 'path', 'code', 'message'],
        properties: { source: text, path: text, code: text, message: text },
      },
    },
    sealedProblems: { type: 'object', required: ['salt', 'nonce', 'data'], properties: { salt: text, nonce: text, data: text } },
    metadata: { type: 'object' },
  },
} as const;

let compiled: Promise<ValidateFunction<Sidecar>> | undefined;

/** Compiled when a sidecar is not as it should be, to say where. */
function sidecarCheck(): Promise<ValidateFunction<Sidecar>> {
  compiled ??= import('ajv/dist/2020.js').then(({ Ajv2020 }) => new Ajv2020({ strict: false }).compile<Sidecar>(schema));
  return compiled;
}

export function encodeSidecar(sidecar: Sidecar): Uint8Array {
  return Buffer.from(`${JSON.stringify(sidecar, undefined, 1)}\n`, 'utf8');
}

/** @throws `sidecar-unreadable` */
export async function parseSidecar(bytes: Uint8Array, key: string): Promise<Sidecar> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw backupError('sidecar-unreadable', { key, reason: 'it is not JSON' }, cause);
  }
  if (fitsSchema(schema, value)) return value as Sidecar;
  const isSidecar = await sidecarCheck();
  if (isSidecar(value)) return value;
  const first = isSidecar.errors?.[0];
  throw backupError('sidecar-unreadable', { key, reason: `${first?.instancePath || 'it'} ${first?.message ?? 'is not as expected'}` });
}
