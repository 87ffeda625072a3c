// node b2-server.js [--port N] [--bucket NAME] [--data-folder PATH]: an emulator of Backblaze B2 with an empty bucket. Prints one line of JSON
// with how to reach it, and runs until its standard input ends or it is told to stop.
import { parseArgs } from 'node:util';
import { startB2Server } from './b2/server.js';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, bucket: { type: 'string' }, 'data-folder': { type: 'string' } },
});
const dataFolder = values['data-folder'];
const server = await startB2Server({ port: Number(values.port), ...(dataFolder === undefined ? {} : { dataFolder }) });
if (values.bucket !== undefined) server.createBucket(values.bucket);
console.log(JSON.stringify({ url: server.url, ...server.masterKey, bucket: values.bucket }));

const stopped = new Promise((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
  process.stdin.once('end', resolve).resume();
});
await stopped;
await server[Symbol.asyncDispose]();
process.exit();
