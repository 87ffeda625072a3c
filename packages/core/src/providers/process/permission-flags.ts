import { isInside } from './code-folders.js';

export interface PermissionOptions {
  /** Of the Node that runs the provider, such as `22.13.0`. */
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  /** Folders and files that may be read, with all below them. */
  readonly read: readonly string[];
  /** The same, to be read and written. */
  readonly write: readonly string[];
  readonly network: boolean;
}

/** A process finds out by these when it was started, so that it can tell itself from a later one with its number. They tell nothing of others. */
const ownIdentity = ['/proc/self/stat', '/proc/sys/kernel/random/boot_id'];

/**
 * Whether this Node's permission model can be used. In older versions that have one, a file that is denied ends the process instead of failing the call
 * (20.19, 22.13), or was not tried.
 */
export function hasPermissionModel(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const least = new Map([
    [20, 20],
    [22, 21],
    [24, 12],
  ]).get(major);
  return least === undefined ? major >= 25 : minor >= least;
}

/**
 * Node's flags that keep a process to these paths and away from child processes, threads and native code. A seat belt
 * for code that means no harm: Node itself does not promise more. None where Node has no permission model that works.
 */
export function permissionFlags({ nodeVersion, platform, read, write, network }: PermissionOptions): string[] {
  if (!hasPermissionModel(nodeVersion)) return [];
  const major = Number.parseInt(nodeVersion, 10);
  const flags = major > 20 ? ['--permission'] : ['--experimental-permission', '--disable-warning=ExperimentalWarning'];
  for (const path of withAllBelow([...read, ...write])) flags.push(`--allow-fs-read=${path}`);
  if (platform === 'linux') for (const file of ownIdentity) flags.push(`--allow-fs-read=${file}`);
  for (const path of withAllBelow(write)) flags.push(`--allow-fs-write=${path}`);
  // Before 25, Node can't keep anyone from the network.
  if (major >= 25 && network) flags.push('--allow-net');
  return flags;
}

/** Why a path can't be granted; `undefined` if it can. */
export function grantFault(path: string): string | undefined {
  // Node takes a star for "whatever follows", also in the middle, and has no way to write one that means itself.
  return path.includes('*') ? 'it has a "*" in it, which would allow other paths too' : undefined;
}

/**
 * The paths with all that is in them, also where they do not exist yet, so that Node gets each of them right. Node 20 aborts when it is given one
 * twice. And of `/mnt/backup` and `/mnt/backup2` every version denies the first folder itself, if not what is in it. So one path goes
 * for both there, though it allows `/mnt/backup3` too.
 */
function withAllBelow(paths: readonly string[]): string[] {
  const different = [...new Set(paths)].sort();
  const outermost = different.filter((path) => !different.some((other) => other !== path && isInside(path, other)));
  const isBeginning = (path: string) => outermost.some((other) => other !== path && other.startsWith(path));
  const beginnings = outermost.filter(isBeginning);
  const alone = outermost.filter((path) => !beginnings.some((beginning) => path !== beginning && path.startsWith(beginning)));
  return alone.map((path) => (beginnings.includes(path) ? `${path}*` : `${path}${separatorAfter(path)}*`));
}

function separatorAfter(path: string): string {
  if (/[\\/]$/.test(path)) return '';
  return path.includes('\\') ? '\\' : '/';
}
