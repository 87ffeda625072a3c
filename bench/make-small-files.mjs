#!/usr/bin/env node
// Writes many small files: 100 to 200 bytes of text each, 100 in a folder, the same everywhere for the same number.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { files: { type: 'string', default: '200000' }, help: { type: 'boolean', default: false } },
});
if (options.help || positionals.length !== 1) {
  console.log('usage: node make-small-files.mjs [--files 200000] DIR');
  process.exit(options.help ? 0 : 2);
}

const root = resolve(positionals[0]);
const filesInFolder = 100;
const time = 1_704_067_200; // 2024-01-01
let state = 1;
let bytes = 0;
const files = Number(options.files);
for (let file = 0; file < files; file += 1) {
  const folder = join(root, `folder-${String(Math.floor(file / filesInFolder)).padStart(5, '0')}`);
  if (file % filesInFolder === 0) mkdirSync(folder, { recursive: true });
  const content = line(100 + (next() % 101));
  const path = join(folder, `file-${String(file).padStart(7, '0')}.txt`);
  writeFileSync(path, content);
  utimesSync(path, time, time);
  bytes += content.length;
}
console.log(`${files} files, ${bytes} bytes`);

function line(length) {
  let text = '';
  while (text.length < length) text += `${next().toString(36)} entity.${next() % 400} `;
  return `${text.slice(0, length - 1)}\n`;
}

/** xorshift32: the same on every machine. */
function next() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}
