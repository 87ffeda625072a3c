// Part of the build: writes what `holdfast --help` prints, so that answering it needs no argument parser.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = new URL('../dist/help.txt', import.meta.url);
rmSync(file, { force: true });
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const { NO_COLOR: _, ...environment } = process.env;
writeFileSync(file, execFileSync(process.execPath, [main, '--help'], { env: { ...environment, FORCE_COLOR: '1' } }));
