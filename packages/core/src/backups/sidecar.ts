import type { ValidateFunction } from 'ajv/dist/2020.js';
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
  readonly file: { readonly size: number /** Hexadecimal. */; readonly sha256: string };
  readonly encryption: { readonly format: 'securetar-2'; readonly keyFingerprint: string } | { readonly format: 'plain' };
  readonly archives: readonly SidecarArchive[];
  /** How many problems there were; the lists below may be cut. */
  readonly warnings: number;
  readonly problems?: readonly SourceProblem[];
  readonly sealedProblems?: SealedProblems;
  /** The backup's backup.json. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A sidecar is read whole, so one that is larger than this isn't one. */
export const maxSidecarBytes = 4 * 1024 * 1024;

const text = { type: 'string' } as const;
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
      required: ['size', 'sha256'],
      properties: { size: count, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
    },
    encryption: {
      type: 'object',
      required: ['format'],
      oneOf: [
        { properties: { format: { const: 'securetar-2' }, keyFingerprint: text }, required: ['keyFingerprint'] },
        { properties: { format: { const: 'plain' } } },
      ],
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

/** Compiled on first use: loading ajv takes longer than most commands. */
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
  const isSidecar = await sidecarCheck();
  if (isSidecar(value)) return value;
  const first = isSidecar.errors?.[0];
  throw backupError('sidecar-unreadable', { key, reason: `${first?.instancePath || 'it'} ${first?.message ?? 'is not as expected'}` });
}
