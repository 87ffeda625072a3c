import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HoldfastError, isHoldfastError } from '../base/errors.js';

/** A new folder, removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-providers-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A complete provider as its author would write it: it keeps objects in memory, and its password in a secret setting. */
export const memoryType = {
  id: 'memory',
  label: '%memory.label%',
  icon: './media/icon.svg',
  configVersion: 1,
  configSchema: './schemas/memory.json',
  features: [] as string[],
};

export const memoryManifest = {
  name: '@example/provider-memory',
  version: '1.2.3',
  type: 'module',
  exports: './main.js',
  engines: { holdfast: '>=0.1.0' },
  holdfast: { contributes: { providers: [memoryType] } },
};

export const memorySchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    shelf: { type: 'string', title: '%memory.shelf%', minLength: 1 },
    copies: { type: 'integer', title: 'Copies', minimum: 1, default: 2 },
    password: { type: 'string', title: 'Password', minLength: 8, 'x-secret': true },
  },
  required: ['shelf'],
  additionalProperties: false,
};

const errorClass = `class ProviderError extends Error {
  constructor(code, message, field) { super(message); this.code = code; this.field = field; }
  get [Symbol.for('holdfast.ProviderError')]() { return true; }
}`;

export const memorySource = `${errorClass}
globalThis.holdfastMemoryActivations = (globalThis.holdfastMemoryActivations ?? 0) + 1;
const shelves = new Map();
export default {
  async open(config, context) {
    if (config.shelf === 'locked') throw new ProviderError('auth-failed', 'The shelf is locked.');
    if (config.shelf === 'bent') throw new ProviderError('invalid-config', 'The shelf is bent.', 'shelf');
    if (context.firstUse) shelves.set(config.shelf, new Map());
    const objects = () => shelves.get(config.shelf) ?? new Map();
    const info = (key) => ({ key, size: objects().get(key).length, modifiedAt: '2026-11-21T00:00:00.000Z' });
    return {
      async put(key, body) {
        const parts = [];
        for await (const part of body) parts.push(part);
        if (key === 'cursed') throw new TypeError('a token: s3cr3t');
        objects().set(key, Buffer.concat(parts));
        return info(key);
      },
      async get(key) {
        if (!objects().has(key)) throw new ProviderError('not-found', 'No ' + key);
        return new Blob([objects().get(key)]).stream();
      },
      async head(key) { return objects().has(key) ? info(key) : undefined; },
      async *list(prefix) { for (const key of [...objects().keys()].sort()) if (key.startsWith(prefix)) yield info(key); },
      async delete(key) { objects().delete(key); },
      async usage() { return { used: config.copies, total: (config.password ?? '').length }; },
      async [Symbol.asyncDispose]() { context.log.info('closed'); },
    };
  },
  configFlow: {
    async validate(config) {
      return config.shelf === 'full' ? [{ field: 'shelf', message: 'This shelf is full.' }] : [];
    },
  },
};
`;

export interface PackageFiles {
  readonly manifest?: unknown;
  readonly schema?: unknown;
  readonly source?: string;
  /** Further files by path; `undefined` leaves one of the usual ones out. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

/** Writes a provider package as npm would install it. Returns the folder. */
export async function writePackage(folder: string, { manifest, schema, source, files }: PackageFiles = {}): Promise<string> {
  const content = {
    'package.json': JSON.stringify(manifest ?? memoryManifest),
    'package.nls.json': JSON.stringify({ 'memory.label': 'Memory shelf', 'memory.shelf': 'Shelf' }),
    'schemas/memory.json': JSON.stringify(schema ?? memorySchema),
    'media/icon.svg': '<svg/>',
    'main.js': source ?? memorySource,
    ...files,
  };
  for (const [path, text] of Object.entries(content)) {
    if (text === undefined) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** The manifest of the memory provider with its type changed. */
export function manifestWith(type: object, rest: object = {}) {
  return { ...memoryManifest, holdfast: { contributes: { providers: [{ ...memoryType, ...type }] } }, ...rest };
}

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} };

/** The `HoldfastError` with which a call is refused. */
export async function refusalOf(call: Promise<unknown>): Promise<HoldfastError> {
  const reason = await call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  if (isHoldfastError(reason)) return reason;
  throw new Error('Expected a HoldfastError.', { cause: reason });
}
