import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/**
 * Whether another file system, or another part of the same one, begins at this folder: a drive, a share, a container's volume. Such a folder can't
 * be renamed.
 */
export function isMountPoint(folder: string): boolean {
  if (mountedFolders()?.includes(folder) === true) return true;
  return dirname(folder) === folder || lstatSync(folder).dev !== lstatSync(dirname(folder)).dev;
}

/** A folder below this one at which another file system begins: it would be moved along, and deleted with the former state. */
export function mountPointBelow(folder: string): string | undefined {
  const mounted = mountedFolders();
  if (mounted !== undefined) return mounted.find((path) => path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));
  return process.platform === 'win32' ? undefined : otherDeviceBelow(folder);
}

/** As Linux tells, which alone knows of a folder that is mounted a second time; `undefined` elsewhere. */
function mountedFolders(): readonly string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
    return lines.map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))),
    );
  } catch {
    return undefined;
  }
}

function otherDeviceBelow(folder: string): string | undefined {
  const { dev } = lstatSync(folder);
  const pending = [folder];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const below = join(path, entry.name);
      if (lstatSync(below).dev !== dev) return below;
      pending.push(below);
    }
  }
  return undefined;
}
