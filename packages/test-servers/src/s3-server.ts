// node s3-server.js [--store memory|file]: starts an S3 server with one bucket and tells how to reach it, in one line of JSON. It ends when
// its standard input does, or on SIGTERM or SIGINT.
import { parseArgs } from 'node:util';
import { startS3Server } from './s3/index.js';

const { values } = parseArgs({ options: { store: { type: 'string', default: 'memory' } } });
if (values.store !== 'memory' && values.store !== 'file') throw new Error('--store is memory or file.');

const told = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  process.stdin.once('end', resolve).resume();
});
const server = await startS3Server({ store: values.store });
const { endpoint, host, port, region, accessKeyId, secretAccessKey } = server;
const bucket = await server.createBucket();
console.log(JSON.stringify({ endpoint, host, port, region, accessKeyId, secretAccessKey, bucket }));
await told;
await server[Symbol.asyncDispose]();
// What was sent to it from elsewhere may still be open.
process.stdin.destroy();
