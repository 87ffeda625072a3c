// Preloaded into a measured Node process: writes what the operating system counted for it, when it ends.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(process.env.HOLDFAST_BENCH_USAGE, String(maxRSS * 1024));
});
