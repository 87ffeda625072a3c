import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = {
  name: '@example/provider-spy',
  version: '1.2.3',
  type: 'module',
  exports: './main.js',
  keywords: ['holdfast-provider'],
  engines: { holdfast: '>=0.1.0' },
  holdfast: {
    contributes: {
      providers: [
        {
          id: 'spy',
          label: 'Spy',
          configVersion: 1,
          configSchema: {
            type: 'object',
            properties: { path: { type: 'string', format: 'path' }, password: { type: 'string', 'x-secret': true } },
            required: ['path', 'password'],
            additionalProperties: false,
          },
          features: ['rangeRead', 'deferredWrites'],
        },
      ],
    },
    permissions: { network: [], filesystem: 'config' },
  },
};

/** It keeps objects as files in the folder `path`, and writes all that it gets to know into `seen` in its state folder. */
const source = `
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

class ProviderError extends Error {
  constructor(code, message) { super(message); this.code = code; }
  get [Symbol.for('holdfast.ProviderError')]() { return true; }
}

let seen = (bytes) => {};
const note = (what, values) => seen(JSON.stringify({ what, values }) + '\\n');
const notice = ({ stateFolder, locationId, firstUse }) => {
  const file = join(stateFolder, 'seen');
  seen = (bytes) => { mkdirSync(stateFolder, { recursive: true }); appendFileSync(file, bytes); };
  note('process', { env: process.env, argv: process.argv, execArgv: process.execArgv, cwd: process.cwd(), pid: process.pid });
  note('context', { locationId, firstUse });
};

function openFolder(path) {
  const fileOf = (key) => join(path, key);
  const infoOf = (key) => { const { size, mtime } = statSync(fileOf(key)); return { key, size, modifiedAt: mtime.toISOString() }; };
  const there = (key) => { try { return infoOf(key); } catch { return undefined; } };
  const stop = (signal) => { if (signal.aborted) throw new ProviderError('cancelled', 'It was cancelled.'); };
  async function store(key, pieces, { size, signal }) {
    note('put', { key, size });
    let bytes = Buffer.alloc(0);
    for await (const piece of pieces) {
      stop(signal);
      const { type, offset, length } = piece;
      note('piece', { type, offset, length });
      if (piece.bytes) seen(piece.bytes);
      if (type === 'fill') Buffer.from(piece.bytes).copy(bytes, offset);
      else bytes = Buffer.concat([bytes, type === 'hole' ? Buffer.alloc(length) : piece.bytes]);
    }
    writeFileSync(fileOf(key) + '.part', bytes);
    renameSync(fileOf(key) + '.part', fileOf(key));
    return infoOf(key);
  }
  async function* whole(body) { for await (const bytes of body) yield { type: 'data', bytes }; }
  return {
    put: (key, body, options) => store(key, whole(body), options),
    putDeferred: store,
    async get(key, { offset = 0, length = Infinity }) {
      note('get', { key, offset, length });
      if (there(key) === undefined) throw new ProviderError('not-found', 'There is no ' + key + '.');
      return new Blob([readFileSync(fileOf(key)).subarray(offset, offset + length)]).stream();
    },
    async head(key) { note('head', { key }); return there(key); },
    async *list(prefix) {
      note('list', { prefix });
      for (const key of readdirSync(path).sort()) if (key.startsWith(prefix) && !key.endsWith('.part')) yield infoOf(key);
    },
    async delete(key) { note('delete', { key }); rmSync(fileOf(key), { force: true }); },
    async usage() { return { used: readdirSync(path).length }; },
    async [Symbol.asyncDispose]() { note('dispose', {}); },
  };
}

export default {
  async open(config, context) {
    notice(context);
    note('open', { config });
    context.log.info('opened with ' + config.password);
    if (context.firstUse) mkdirSync(config.path, { recursive: true });
    return openFolder(config.path);
  },
  async place(config, context) { notice(context); note('place', { config }); return { root: 'spy', path: config.path.slice(1) }; },
  configFlow: { async validate(config, context) { notice(context); note('validate', { config }); return []; } },
  async deactivate() { note('deactivate', {}); },
};
`;

/** Writes the package of a provider that spies on its host. @returns the folder that it is in */
export function writeSpyProvider(folder: string): string {
  const packageFolder = join(folder, 'spy-provider');
  mkdirSync(packageFolder, { recursive: true });
  writeFileSync(join(packageFolder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(packageFolder, 'main.js'), source);
  return packageFolder;
}

/** What a data directory's spy has seen, in the state folder that its package has there. */
export function seenFile(dataDir: string): string {
  return join(dataDir, 'provider-state', manifest.name, 'seen');
}
