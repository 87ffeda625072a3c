// node build.mjs SOURCE: makes blocks.wasm of blocks.c and libdeflate, whose source of the version below lies in the folder SOURCE. Needs clang and wasm-ld, 14 or newer
// (Debian: clang and lld). What comes out is kept in the repository, so that building Holdfast needs no compiler for C.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = '1.25';
/** 64 KiB each: a compressor for each level, what two blocks need, and the stack. What is not touched takes no memory. */
const pages = 256;

const [given] = process.argv.slice(2);
if (given === undefined)
  throw new Error(
    `Name the folder with the source of libdeflate ${version}: git clone -b v${version} https://github.com/ebiggers/libdeflate`,
  );
const source = resolve(given);
const here = fileURLToPath(new URL('.', import.meta.url));
const read = (file) => readFileSync(join(source, file), 'utf8');
if (!read('libdeflate.h').includes(`LIBDEFLATE_VERSION_STRING\t"${version}"`)) throw new Error(`${source} is not libdeflate ${version}`);

const work = mkdtempSync(join(tmpdir(), 'deflate-'));
try {
  // No block is the last: others follow, and what ends the stream is written behind all of them.
  const compressor = read('lib/deflate_compress.c');
  const unending = compressor
    .replaceAll('ADD_BITS(is_final_block, 1)', 'ADD_BITS(0, 1)')
    .replace('bfinal = is_final_block;', 'bfinal = 0;');
  if (unending.length !== compressor.length - 2 * 'is_final_block'.length + 2 - 'is_final_block'.length + 1)
    throw new Error('the compressor is not as expected');
  writeFileSync(join(work, 'deflate_compress.c'), unending);
  // At level 1, a hash table of 128 KiB: it takes no longer, and what it packs is a little smaller.
  const finder = read('lib/ht_matchfinder.h');
  const roomier = finder.replace(/(?<=#define HT_MATCHFINDER_HASH_ORDER\s+)15\b/, '16');
  if (roomier === finder) throw new Error('the match finder is not as expected');
  writeFileSync(join(work, 'ht_matchfinder.h'), roomier);
  const compile = [
    '--target=wasm32',
    '-O3',
    '-msimd128',
    '-matomics',
    '-mbulk-memory',
    '-ffreestanding',
    '-nostdlib',
    '-DFREESTANDING',
    '-fvisibility=hidden',
  ];
  const folders = [work, source, join(source, 'lib')].map((folder) => `-I${folder}`);
  const memory = ['--import-memory', '--shared-memory', `--initial-memory=${pages * 65536}`, `--max-memory=${pages * 65536}`];
  const link = ['--no-entry', '--gc-sections', '--strip-all', ...memory, '-z,stack-size=131072'].map((option) => `-Wl,${option}`);
  run(process.env.CC ?? 'clang', [...compile, ...folders, ...link, '-o', join(here, 'blocks.wasm'), join(here, 'blocks.c')]);
  writeFileSync(join(here, 'LICENSE-libdeflate.txt'), read('COPYING'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} failed`);
}
