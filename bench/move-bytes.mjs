// node move-bytes.mjs DATA_DIR ISOLATION BYTES: puts that many bytes at the data directory's location and gets them back, through its
// provider `inline` or in a `process` of its own. Prints the seconds of each as JSON; starting the provider isn't counted.
import { randomBytes } from 'node:crypto';
import { createHost } from '@holdfast/core';
import { bundledProviderFolders } from './bundled-providers.mjs';

const [dataDir, isolation, size] = process.argv.slice(2);
const objectBytes = 256 * 2 ** 20;
const chunkBytes = 512 * 1024;
// More than the processor's caches hold, as what is backed up comes fresh from memory too.
const pool = randomBytes(96 * 2 ** 20);
const { signal } = new AbortController();

const host = await createHost({ dataDir, isolation, providers: { folders: bundledProviderFolders() } });
try {
  const started = performance.now();
  const location = await host.locations.open(host.locations.list()[0].id);
  await location.head('bench-0', { signal });
  const start = (performance.now() - started) / 1000;
  const keys = Array.from({ length: Math.ceil(Number(size) / objectBytes) }, (_, index) => `bench-${index}`);
  const put = await seconds(async () => {
    for (const key of keys) await location.put(key, body(objectBytes), { size: objectBytes, signal });
  });
  const get = await seconds(async () => {
    for (const key of keys) await drain(await location.get(key, { signal }));
  });
  const statuses = await host.running();
  for (const key of keys) await location.delete(key, { signal });
  console.log(
    JSON.stringify({ start, put, get, bytes: keys.length * objectBytes, timing: statuses[0]?.timing, memory: statuses[0]?.memory }),
  );
} finally {
  await host[Symbol.asyncDispose]();
}

/** A body like a backup's, in chunks of 512 KiB. */
function body(length) {
  let left = length;
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (left === 0) return controller.close();
        const bytes = pool.subarray(at, at + Math.min(left, chunkBytes));
        at = (at + chunkBytes) % pool.length;
        left -= bytes.length;
        controller.enqueue(bytes);
      },
    },
    { highWaterMark: 0 },
  );
}

async function drain(stream) {
  let bytes = 0;
  for await (const part of stream) bytes += part.length;
  if (bytes !== objectBytes) throw new Error(`${bytes} bytes came back of ${objectBytes}`);
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
