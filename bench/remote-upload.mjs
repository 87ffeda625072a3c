// node remote-upload.mjs DATA_DIR ISOLATION FOLDER FILE: puts the file at the data directory's location, through the provider in that
// folder, `inline` or in a `process` of its own. Prints what it took as JSON; starting the provider and removing the object don't count.
import { open } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createHost } from '@holdfast/core';

const [dataDir, isolation, folder, path] = process.argv.slice(2);
const chunkBytes = 512 * 1024;
const key = 'bench/object';
const { signal } = new AbortController();

const host = await createHost({ dataDir, isolation, providers: { folders: [folder] } });
const file = await open(path);
try {
  const { size } = await file.stat();
  const started = performance.now();
  const location = await host.locations.open(host.locations.list()[0].id);
  await location.head(key, { signal });
  const start = (performance.now() - started) / 1000;
  const began = performance.now();
  const stored = await put(location, size);
  const seconds = (performance.now() - began) / 1000;
  if (stored.size !== size) throw new Error(`${stored.size} bytes were stored of ${size}`);
  const [{ pid }] = await host.running();
  const memory = { host: process.resourceUsage().maxRSS * 1024, provider: peakOf(pid) };
  await location.delete(key, { signal });
  console.log(JSON.stringify({ start, put: seconds, memory, verified: stored.verified }));
} finally {
  await file.close();
  await host[Symbol.asyncDispose]();
}

/** As a backup: with deferred writes, in chunks of 512 KiB, of a size that isn't told. */
function put(location, size) {
  let position = 0;
  const body = new ReadableStream(
    {
      async pull(controller) {
        if (position === size) return controller.close();
        const bytes = Buffer.allocUnsafe(Math.min(chunkBytes, size - position));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
        position += bytesRead;
        controller.enqueue({ type: 'data', bytes: bytes.subarray(0, bytesRead) });
      },
    },
    { highWaterMark: 0 },
  );
  return location.putDeferred(key, body, { signal });
}

/** The most bytes that a process ever had resident; undefined where the system doesn't tell. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  } catch {
    return undefined;
  }
}
