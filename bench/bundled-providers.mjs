// The provider packages that come with the command line.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export function bundledProviderFolders() {
  const { holdfast } = JSON.parse(readFileSync(new URL('../packages/cli/package.json', import.meta.url), 'utf8'));
  return holdfast.bundledProviders.map((name) => dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))));
}
