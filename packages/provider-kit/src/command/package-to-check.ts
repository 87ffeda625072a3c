import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CommandError, exitCodes } from './command-error.js';
import { installPackage } from './install-package.js';
import { packFolder } from './pack-folder.js';

/** A provider package that is ready to be checked. Disposing of it removes what was made for that. */
export interface PackageToCheck extends AsyncDisposable {
  /** Where its code is run from. */
  readonly folder: string;
  /** The author's own folder, if that is what was named. */
  readonly source: string | undefined;
}

export interface TakePackage {
  /** Uses the folder as it is, in place of what would be published. */
  readonly link: boolean;
  /** Says what is being done. */
  readonly tell: (what: string) => void;
  readonly signal: AbortSignal;
}

/** Packs a folder and installs the tarball in a data directory of its own, as its users will have it. A tarball is installed as it is. */
export async function takePackage(named: string, { link, tell, signal }: TakePackage): Promise<PackageToCheck> {
  const path = resolve(named);
  const isFolder = await folderOrTarball(path);
  const source = isFolder ? path : undefined;
  if (link) {
    if (!isFolder)
      throw new CommandError('not-a-folder', `${path} is no folder, which --link needs.`, 'Leave --link out.', exitCodes.badUsage);
    return { folder: requireCore(await realpath(path)), source, async [Symbol.asyncDispose]() {} };
  }
  const temporary = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-kit-package-')));
  const remove = () => rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  try {
    const packed = join(temporary, 'packed');
    await mkdir(packed);
    if (isFolder) tell(`Packing ${path}`);
    const tarball = isFolder ? await packFolder(path, packed, signal) : path;
    tell('Installing the package in a new data directory');
    const { folder } = await installPackage(tarball, join(temporary, 'data'), signal);
    return { folder, source, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What is installed gets `@holdfast/core/provider-api` from its host; a folder has to have it, as a development dependency. */
function requireCore(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules', '@holdfast', 'core', 'package.json'))) return folder;
    if (dirname(at) === at) break;
  }
  throw new CommandError(
    'core-missing',
    `${folder} can't be used as it is: @holdfast/core is not installed there.`,
    'Install it: npm install --save-dev @holdfast/core. Or leave --link out, and it gets the one of its host.',
  );
}

async function folderOrTarball(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  const remedy = 'Name the folder of a provider package, or a tarball that `npm pack` made of one.';
  if (found === undefined) throw new CommandError('no-package', `There is nothing at ${path}.`, remedy, exitCodes.badUsage);
  if (!found.isDirectory()) return false;
  if (existsSync(join(path, 'package.json'))) return true;
  throw new CommandError('no-package', `${path} has no package.json.`, remedy, exitCodes.badUsage);
}
