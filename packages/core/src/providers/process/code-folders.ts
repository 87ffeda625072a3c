import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isJsonObject } from '../schema-problem.js';

/**
 * The folders that a package's code is read from: the package, each `node_modules` in which Node looks for what it imports, and what is only
 * linked there, as in a checkout of its source.
 */
export function codeFolders(packageFolder: string): string[] {
  const folder = realpathSync(packageFolder);
  const modules = moduleFolders(folder);
  const granted = [folder, ...modules.filter((path) => !isInside(path, folder))];
  for (const name of dependenciesOf(folder)) {
    const linked = modules.map((path) => join(path, name)).find((path) => existsSync(path));
    if (linked === undefined) continue;
    const real = realpathSync(linked);
    if (!granted.some((path) => isInside(real, path))) granted.push(real);
  }
  return granted;
}

/** The `node_modules` folders that Node asks, the nearest first. Also those that are not there: some versions may not even look whether they are. */
function moduleFolders(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules');
    if (basename(at) !== 'node_modules') found.push(existsSync(candidate) ? realpathSync(candidate) : candidate);
    if (dirname(at) === at) return found;
  }
}

/** True if the path is the folder or below it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way);
}

// Anything else, such as "../..", would open a folder that is no package's.
const packageName = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;

function dependenciesOf(folder: string): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!isJsonObject(manifest)) return [];
  const kinds = [manifest['dependencies'], manifest['optionalDependencies'], manifest['peerDependencies']];
  return kinds.flatMap((kind) => (isJsonObject(kind) ? Object.keys(kind) : [])).filter((name) => packageName.test(name));
}
