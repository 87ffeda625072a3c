#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  // From Node 22 on, what was compiled once is kept for the next start. NODE_DISABLE_COMPILE_CACHE=1 turns it off.
  process.getBuiltinModule('node:module').enableCompileCache?.();
  await import(main.href);
} else {
  process.stderr.write('error: holdfast is not built yet\n  run: npm run build\n');
  process.exitCode = 1;
}
