import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { memoryManifest, memoryType, silentLog } from '../package.fixture.js';
import { bodyOf, isolate, never } from './hostile.fixture.js';

/** Writes down all that it can get hold of, and what comes over its channels as it is. */
const spy = `
import fs from 'node:fs';
import net from 'node:net';
const note = (what) => fs.appendFileSync('notes', Buffer.isBuffer(what) ? what : JSON.stringify(what) + '\\n');
// What this process reads from its channels, in the bytes in which it came.
const push = net.Socket.prototype.push;
net.Socket.prototype.push = function (chunk, ...rest) { if (chunk) note(Buffer.from(chunk)); return push.call(this, chunk, ...rest); };
note({ argv: process.argv, execArgv: process.execArgv, env: process.env, cwd: process.cwd(), title: process.title, report: process.report.getReport() });
const info = (key) => ({ key, size: 1, modifiedAt: '2026-11-21T00:00:00.000Z' });
export default {
  configFlow: { async validate(config, context) { note({ config, context }); return []; } },
  async open(config, context) {
    note({ config, context });
    return {
      async put(key, body, options) { note({ key, options }); for await (const bytes of body) note(Buffer.from(bytes)); return info(key); },
      async get(key, options) { note({ key, options }); return new Blob(['x']).stream(); },
      async head(key, options) { note({ key, options }); return info(key); },
      async *list(prefix, options) { note({ prefix, options }); yield info('a'); },
      async delete(key, options) { note({ key, options }); },
      async [Symbol.asyncDispose]() {},
    };
  },
};`;

test('a provider finds its own settings and the bytes that it stores, and nothing else that the host knows', async () => {
  vi.stubEnv('HOLDFAST_KEY', 'canary-key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary-cloud');
  vi.stubEnv('HTTPS_PROXY', 'http://ada:canary-proxy@proxy.example');
  vi.stubEnv('NODE_OPTIONS', '--title=canary-options');
  const manifest = {
    ...memoryManifest,
    holdfast: { contributes: { providers: [memoryType] }, permissions: { network: [], filesystem: 'config' } },
  };
  // A secret may look like a path: as one it would show in the process's arguments.
  const config = { shelf: '/srv/own-shelf', password: '/own-password' };
  const isolated = await isolate(spy, { manifest, secrets: () => ['canary-secret-of-another-location'] });
  const context = { locationId: 'l1', firstUse: true, stateFolder: join(isolated.folder, 'state'), log: silentLog, signal: never };
  await isolated.runtime.validate('memory', config, context);
  const location = await isolated.runtime.open('memory', config, context);
  const failing = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from('sealed bytes'));
    },
    pull(controller) {
      controller.error(new Error('canary-of-a-file-name could not be read'));
    },
  });
  await location.put('own-key', bodyOf(Buffer.from('stored bytes')), { signal: never });
  await expect(location.put('own-key', failing, { signal: never })).rejects.toThrow('canary-of-a-file-name');
  for await (const _ of await location.get('own-key', { signal: never }));
  for await (const _ of location.list('own', { signal: never }));
  const cancelling = new AbortController();
  const cancelled = location.head('own-key', { signal: cancelling.signal });
  cancelling.abort(new Error('canary-of-a-reason'));
  await cancelled.catch(() => {});
  await isolated.runtime[Symbol.asyncDispose]();

  const notes = await readFile(join(isolated.folder, 'state', 'notes'), 'latin1');
  // The spy sees what there is to see, as it comes over the channels too.
  for (const own of ['/srv/own-shelf', '/own-password', 'own-key', 'stored bytes', 'sealed bytes', '"method":"put"'])
    expect(notes).toContain(own);
  expect(notes.match(/canary[-\w]*/g) ?? []).toEqual([]);
  const [start = ''] = notes.split('\n');
  const { argv, execArgv, env } = JSON.parse(start) as { argv: string[]; execArgv: string[]; env: object };
  expect(`${argv.join(' ')} ${execArgv.join(' ')}`).not.toContain('password');
  expect(Object.keys(env).filter((name) => !/^(PATH|HOME|TMPDIR|LANG|LANGUAGE|TZ|LC_[A-Z]+)$/.test(name))).toEqual([]);
});
