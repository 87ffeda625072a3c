// node bare-pipe.mjs FILE BYTES: what two processes of Node can do at best. Sends that many bytes through a pipe to another process, which writes them into FILE, and gets them back from
// there, with nothing of Holdfast in between: no frames, no checks, no streams. What is written is synced, as a provider does it. Prints the seconds of each as JSON; starting the process isn't counted.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const chunkBytes = 512 * 1024;
const [file, size, role] = process.argv.slice(2);
const total = Number(size);
if (role === 'other') await otherSide();
else await thisSide();

async function thisSide() {
  // More than the processor's caches hold, as in move-bytes.mjs.
  const pool = randomBytes(96 * 2 ** 20);
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), file, size, 'other'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'],
  });
  const pipe = child.stdio[3];
  await once(child, 'message');
  const put = await seconds(async () => {
    const done = once(child, 'message');
    for (let left = total, at = 0; left > 0; left -= chunkBytes) {
      const written = pipe.write(pool.subarray(at, at + Math.min(left, chunkBytes)));
      at = (at + chunkBytes) % pool.length;
      if (!written) await once(pipe, 'drain');
    }
    await done;
  });
  const get = await seconds(async () => {
    let left = total;
    const all = new Promise((resolve) => {
      pipe.on('data', (bytes) => {
        left -= bytes.length;
        if (left === 0) resolve();
      });
    });
    child.send('get');
    await all;
  });
  child.disconnect();
  await once(child, 'exit');
  await rm(file);
  console.log(JSON.stringify({ put, get, bytes: total }));
}

async function otherSide() {
  const handle = await open(file, 'w+');
  const free = Array.from({ length: 16 }, () => Buffer.alloc(chunkBytes));
  let buffer = free.pop();
  let used = 0;
  let written = 0;
  let writing = Promise.resolve();
  const pipe = new Socket({ fd: 3, readable: true, writable: true, onread: { buffer: () => buffer.subarray(used), callback: take } });

  /** Into buffers that are used again: fresh memory would cost as much as the pipe. */
  function take(count) {
    used += count;
    if (used < Math.min(chunkBytes, total - written)) return true;
    const full = buffer.subarray(0, used);
    const at = written;
    written += used;
    used = 0;
    buffer = free.pop();
    if (free.length === 0) pipe.pause();
    writing = writing.then(() => handle.write(full, 0, full.length, at)).then(() => given(full));
    return true;
  }

  function given(full) {
    free.push(Buffer.from(full.buffer));
    pipe.resume();
    if (written === total && free.length === 15) void handle.sync().then(() => process.send('put'));
  }

  process.send('ready');
  await once(process, 'message');
  pipe.pause();
  const underWay = [];
  for (let at = 0; at < total; at += chunkBytes) {
    if (underWay.length === 4) await underWay.shift();
    const { bytesRead } = await handle.read(free[0], 0, chunkBytes, at);
    const bytes = free[0].subarray(0, bytesRead);
    free.push(free.shift());
    underWay.push(new Promise((resolve) => pipe.write(bytes, resolve)));
  }
  await Promise.all(underWay);
  await handle.close();
  pipe.destroy();
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
