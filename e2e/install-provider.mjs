// node install-provider.mjs DATA-DIR REGISTRY CACHE SPEC: installs a package, and says how far it is. A test kills it.
import { createProviderPackages } from '@holdfast/core';

const [dataDir = '', registry = '', cache = '', spec = ''] = process.argv.slice(2);
const packages = createProviderPackages({
  dataDir,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  npmConfig: { registry, cache, folder: dataDir },
  activate: async () => {},
});
console.log('ready');
await packages.install(spec, { grant: async () => true, onProgress: ({ phase }) => console.log(phase) });
console.log('done');
