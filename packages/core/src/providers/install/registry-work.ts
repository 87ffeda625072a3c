/** All that fetching packages takes, to be loaded as a whole when one is fetched: most commands fetch none. */
export { bringIn } from './bring-in.js';
export { inspectPackage } from './inspect-package.js';
export { loadNpmOptions } from './npm-config.js';
export { resolvePackage } from './resolve-package.js';
export { searchPackages } from './search-packages.js';
export { isNewer, specToUpdateFrom } from './update-spec.js';
