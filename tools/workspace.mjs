// Where things are: the repository's root and its published packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The root folder of the repository, as a URL that ends with a slash. */
export const workspace = new URL('../', import.meta.url);

/** Each package under packages/ that is published: its folder (`packages/core`) and its package.json. */
export function publicPackages() {
  return readdirSync(new URL('packages/', workspace))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(new URL(`${folder}/package.json`, workspace)))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(new URL(`${folder}/package.json`, workspace), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private);
}
