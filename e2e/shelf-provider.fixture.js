// The code of a provider that tests publish: a folder, as simple as it gets.
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const infoAt = async (folder, key) => {
  const { size, mtime } = await stat(join(folder, key));
  return { key, size, modifiedAt: mtime.toISOString() };
};

async function open({ folder }, { firstUse, log }) {
  if (firstUse) await mkdir(folder, { recursive: true });
  log.info('the shelf is open');
  return {
    async put(key, body) {
      const chunks = [];
      for await (const chunk of body) chunks.push(chunk);
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), Buffer.concat(chunks));
      return infoAt(folder, key);
    },
    async get(key, { offset = 0, length = Number.POSITIVE_INFINITY }) {
      const bytes = await readFile(join(folder, key));
      return new Blob([bytes.subarray(offset, Math.min(bytes.length, offset + length))]).stream();
    },
    head: (key) => infoAt(folder, key).catch(() => undefined),
    async *list(prefix) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
      const names = paths.map((path) => path.split(sep).join('/')).filter((key) => key.startsWith(prefix));
      for (const key of names.sort()) yield infoAt(folder, key);
    },
    delete: (key) => rm(join(folder, key), { force: true }),
    async check() {
      await readdir(folder);
    },
    async [Symbol.asyncDispose]() {},
  };
}

const place = async ({ folder }) => ({
  root: 'shelf',
  path: folder
    .split(sep)
    .filter((part) => part !== '')
    .join('/'),
});

export default { open, place };
