// A data directory with a folder and a bucket as its locations, a source, and what must hold of them whatever died.
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, initialiseDataDir } from '@holdfast/core';
import { bucketProvider } from './kill-bucket.mjs';

const localProvider = fileURLToPath(new URL('../packages/provider-local', import.meta.url));

const halfWritten = (dataDir) => readdirSync(dataDir, { recursive: true }).filter((name) => /\.(tmp|new|lock)$|\.lock\.|spool-/.test(name));

/** A lock whose process has died is taken over by whoever needs it next. */
function isOfTheDead(path) {
  if (!path.endsWith('.lock')) return false;
  try {
    process.kill(JSON.parse(readFileSync(path, 'utf8')).pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

export const titles = ['bucket', 'folder'];

export function placeIn(root) {
  const at = join(root, 'place');
  const folder = join(at, 'folder');
  const bucket = join(at, 'bucket');
  const dataDir = join(at, 'data');
  const source = join(at, 'source');
  const open = () => createHost({ dataDir, isolation: 'inline', providers: { folders: [localProvider], inline: [bucketProvider] } });
  return {
    root,
    at,
    dataDir,
    source,
    target: join(at, 'target'),
    open,
    /** Does something with a host, and closes it. */
    async with(act) {
      const host = await open();
      try {
        return await act(host);
      } finally {
        await host[Symbol.asyncDispose]();
      }
    },
    async make({ kept = 0 } = {}) {
      for (const path of [folder, bucket, join(source, 'deep', 'down')]) mkdirSync(path, { recursive: true });
      writeFileSync(join(source, 'first.txt'), 'the first file');
      writeFileSync(join(source, 'deep', 'down', 'second.bin'), Buffer.alloc(5_000, 7));
      await initialiseDataDir(dataDir, { instanceName: 'mortal' });
      await this.with(async (host) => {
        await host.locations.add({ provider: 'local', title: 'folder', config: { path: folder } });
        await host.locations.add({ provider: 'bucket', title: 'bucket', config: { folder: bucket, kept } });
      });
    },
    backUp: (host, options = {}) => host.backups.create({ sources: [{ name: 'docs', path: source }], compressionLevel: 1, ...options }),
    keep: () => cpSync(at, join(root, 'template'), { recursive: true }),
    reset() {
      rmSync(at, { recursive: true, force: true });
      cpSync(join(root, 'template'), at, { recursive: true });
    },
    objectsAt: (title) =>
      readdirSync(title === 'folder' ? folder : bucket)
        .filter((name) => !name.startsWith('.holdfast-location-'))
        .map((name) => decodeURIComponent(name))
        .sort(),
    /** Lets time pass for what the dead process left: what might still be another's is let alone for a minute. */
    age() {
      const earlier = new Date(Date.now() - 120_000);
      for (const name of halfWritten(dataDir)) utimesSync(join(dataDir, name), earlier, earlier);
    },
    /** What no run may leave behind: something begun, half-written or locked. */
    left() {
      const own = halfWritten(dataDir).filter((name) => !isOfTheDead(join(dataDir, name)));
      const begun = ['journal', 'spool'].flatMap((name) => (existsSync(join(dataDir, name)) ? readdirSync(join(dataDir, name)) : []));
      return [...own, ...begun];
    },
    /** Files of the target that are not as in the source; what was being written has no name of its own yet. */
    unlikeSource() {
      const restored = join(at, 'target', 'docs');
      if (!existsSync(restored)) return [];
      const files = readdirSync(restored, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      return files
        .map((entry) => relative(restored, join(entry.parentPath ?? entry.path, entry.name)))
        .filter(isNamed)
        .filter((name) => !existsSync(join(source, name)) || !readFileSync(join(restored, name)).equals(readFileSync(join(source, name))));
    },
    checkRestored(problems) {
      const names = (folder) => readdirSync(folder, { recursive: true }).filter(isNamed).sort().join();
      if (names(join(at, 'target', 'docs')) !== names(source)) problems.push(`restored: ${names(join(at, 'target', 'docs'))}`);
      problems.push(...this.unlikeSource().map((name) => `restored differently: ${name}`));
      const modes = (folder) =>
        ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isNamed).sort()]
          .map((name) => `${name} ${(lstatSync(join(folder, name)).mode & 0o7777).toString(8)}`)
          .join();
      if (modes(join(at, 'target', 'docs')) !== modes(source)) problems.push(`modes: ${modes(join(at, 'target', 'docs'))}`);
    },
  };
}

/** Each backup that is listed (or those with these ids), with the titles of its locations, after each copy was proven whole. */
export async function provenBackups(host, problems, ids) {
  const page = await host.backups.list();
  for (const { location, error } of page.unavailable) problems.push(`${location} can't be listed: ${error.message}`);
  for (const { key, error } of page.unreadable) problems.push(`${key} can't be read: ${error?.message}`);
  for (const alarm of page.alarms) problems.push(`alarm: ${JSON.stringify(alarm)}`);
  const proven = new Map();
  for (const { id, locations } of page.backups.filter((backup) => ids === undefined || ids.includes(backup.id))) {
    for (const { id: location, title } of locations) {
      const { problems: found = [] } = await host.backups.verify({ id }, { location }).catch((error) => ({ problems: [error] }));
      for (const problem of found)
        problems.push(`${id} at ${title} is listed and not whole: ${problem.message ?? JSON.stringify(problem)}`);
    }
    proven.set(id, locations.map(({ title }) => title).sort());
  }
  return proven;
}

/** What must hold when a run has come to its end: nothing lies around but whole backups. */
export async function checkTidy(place, host, problems) {
  const { backups } = await host.backups.list();
  for (const title of titles) {
    const keys = backups.flatMap(({ locations }) => locations.filter((copy) => copy.title === title).map(({ key }) => key));
    const expected = keys.flatMap((key) => [key, `${key}.holdfast.index`, `${key}.holdfast.json`]);
    const found = place.objectsAt(title);
    problems.push(...found.filter((name) => !expected.includes(name)).map((name) => `left at ${title}: ${name}`));
    problems.push(...expected.filter((name) => !found.includes(name)).map((name) => `missing at ${title}: ${name}`));
  }
}

export function checkKept(proven, kept, problems) {
  for (const [id, wanted] of Object.entries(kept)) {
    const missing = wanted.filter((title) => !(proven.get(id) ?? []).includes(title));
    if (missing.length > 0) problems.push(`lost: ${id} at ${missing.join(', ')}`);
  }
}

const isNamed = (name) => !name.endsWith('.holdfast-part');
