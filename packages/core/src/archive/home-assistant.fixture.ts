import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ByteSource } from '../base/byte-reader.js';
import type { BodyPiece } from '../provider-api/body.js';

const folder = new URL('../../../../fixtures/home-assistant/', import.meta.url);

export interface ExpectedEntry {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'hardlink';
  readonly mode: string;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly size?: number;
  readonly sha256?: string;
  readonly linkname?: string;
}

interface ExpectedArchive {
  readonly encrypted: boolean;
  readonly securetar_version: 1 | 2 | 3 | null;
  readonly gzip: boolean;
  readonly stored_size: number;
  readonly plaintext_size?: number;
  readonly plaintext_sha256?: string;
  readonly tar_sha256: string;
  readonly entries: readonly ExpectedEntry[];
}

export interface ExpectedBackup {
  readonly key: string | null;
  readonly expect: 'ok' | 'error';
  /** The error's code. */
  readonly kind?: string;
  /** Where it is not the name of the case. */
  readonly file?: string;
  readonly outer: readonly { name: string; size: number; mtime: number; mode: string; pax: Record<string, string> }[];
  readonly archives: Readonly<Record<string, ExpectedArchive>>;
  readonly metadata: Record<string, unknown>;
}

interface Expected {
  readonly backups: Readonly<Record<string, ExpectedBackup>>;
}

const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Expected;

export function readFixture(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

export function passwordsOf(name: string): string[] {
  const file = new URL(name.replace(/\.tar$/, '.key'), folder);
  return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
}

/** The names of the cases that open, or don't. */
export function casesThat(expect: 'ok' | 'error'): string[] {
  return Object.keys(expected.backups).filter((name) => expected.backups[name]?.expect === expect);
}

export function expectedOf(name: string): ExpectedBackup {
  const backup = expected.backups[name];
  if (backup === undefined) throw new Error(`expected.json does not tell about ${name}.`);
  return backup;
}

/** The bytes as a source, in chunks of the given size. */
export async function* sourceOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function bytesOf(source: ByteSource): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

export async function sha256Of(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of source) hash.update(part);
  return hash.digest('hex');
}

/** The pieces put together as a provider does it, with what it may rely on checked. */
export async function assemble(pieces: AsyncIterable<BodyPiece>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let offset = 0;
  let open: { offset: number; index: number; length: number } | undefined;
  for await (const piece of pieces) {
    if (piece.type === 'fill') {
      if (open === undefined || piece.offset !== open.offset || piece.bytes.length !== open.length)
        throw new Error('A fill without its hole.');
      parts[open.index] = Buffer.from(piece.bytes);
      open = undefined;
      continue;
    }
    const length = piece.type === 'data' ? piece.bytes.length : piece.length;
    if (piece.type === 'hole') {
      if (open !== undefined || length > 65_536) throw new Error('A second open hole, or too large a one.');
      open = { offset, index: parts.length, length };
    }
    parts.push(piece.type === 'data' ? Buffer.from(piece.bytes) : Buffer.alloc(length, 0xee));
    offset += length;
  }
  if (open !== undefined) throw new Error('A hole was never filled.');
  return Buffer.concat(parts);
}
