// A data directory with many installed providers: packages of one type each, with a schema and texts, installed from tarballs.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHost } from '@holdfast/core';
import { must } from './measure.mjs';

/** Installs `count` providers into the data directory. */
export async function installProviders(dataDir, count, work) {
  const host = await createHost({ dataDir });
  try {
    for (let number = 0; number < count; number += 1) {
      const tarball = makeTarball(work, number);
      await host.packages.install(tarball, { grant: async () => true });
    }
  } finally {
    await host[Symbol.asyncDispose]();
  }
}

function makeTarball(work, number) {
  const id = `shelf-${number}`;
  const folder = join(work, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const schema = {
    type: 'object',
    properties: {
      folder: { type: 'string', title: '%folder%', format: 'path' },
      secret: { type: 'string', 'x-secret': true, title: 'Secret' },
    },
    required: ['folder'],
    additionalProperties: false,
  };
  const provider = { id, label: '%label%', configVersion: 1, configSchema: './schema.json' };
  const manifest = {
    name: `holdfast-provider-${id}`,
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    keywords: ['holdfast-provider'],
    engines: { holdfast: '>=0.1.0' },
    holdfast: { contributes: { providers: [provider] } },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package.nls.json'), JSON.stringify({ label: `Shelf ${number}`, folder: 'Folder' }));
  writeFileSync(join(folder, 'schema.json'), JSON.stringify(schema));
  writeFileSync(join(folder, 'index.js'), "export default { async open() { throw new Error('nothing is kept here'); } };\n");
  const tarball = join(work, `${id}.tgz`);
  must(['tar', 'czf', tarball, '-C', work, 'package']);
  return tarball;
}
