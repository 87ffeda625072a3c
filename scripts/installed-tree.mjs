// Compares an installed tree with its lock file. Nothing but Node is needed, as it runs before anything is installed.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm's lists of platforms: names that are meant, or `!names` that are not. */
function allows(list, here) {
  if (list === undefined) return true;
  if (list.some((name) => name === `!${here}`)) return false;
  return list.every((name) => name.startsWith('!')) || list.includes(here) || list.includes('any');
}

function libcHere() {
  if (process.platform !== 'linux') return undefined;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** Optional packages may be missing, but not the binaries for this very platform: without them a tool starts and then fails. */
function isNeededHere(entry) {
  if (!entry.optional && !entry.devOptional) return true;
  const forPlatform = entry.os !== undefined || entry.cpu !== undefined;
  if (!forPlatform || !allows(entry.os, process.platform) || !allows(entry.cpu, process.arch)) return false;
  return entry.libc === undefined || allows(entry.libc, libcHere());
}

function isLinked(root, place, target) {
  try {
    return realpathSync(join(root, place)) === realpathSync(resolve(root, target));
  } catch {
    return false;
  }
}

/**
 * What differs between the packages in `root`/node_modules and `root`/package-lock.json, as sentences; empty when nothing does.
 * npm writes node_modules/.package-lock.json last, so that an install that was cut short is found as well.
 */
export function differences(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === undefined) return ['package-lock.json can not be read'];
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return ['nothing is installed yet'];
  const found = [];
  for (const [place, entry] of Object.entries(wanted)) {
    if (!place.startsWith('node_modules/') && !place.includes('/node_modules/')) continue;
    if (entry.link) {
      if (!isLinked(root, place, entry.resolved)) found.push(`${place} does not lead to ${entry.resolved}`);
    } else if (installed[place] === undefined || !existsSync(join(root, place, 'package.json'))) {
      if (isNeededHere(entry)) found.push(`${place} is missing`);
    } else if (installed[place].version !== entry.version || installed[place].integrity !== entry.integrity) {
      found.push(`${place} is ${installed[place].version}, not ${entry.version}`);
    }
  }
  return found;
}
