// Builds every package with turbo, quietly: a word when it takes a moment, all that was printed when it fails.
// Turbo's telemetry is off, whatever the user's settings are.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const turbo = fileURLToPath(new URL('../node_modules/turbo/bin/turbo', import.meta.url));
const child = spawn(process.execPath, [turbo, 'run', 'build', '--output-logs=errors-only', ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const output = [];
child.stdout.on('data', (chunk) => output.push(chunk));
child.stderr.on('data', (chunk) => output.push(chunk));
const notice = setTimeout(() => console.log('Building ...'), 700);
child.on('close', (code) => {
  clearTimeout(notice);
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  console.error('The build failed; its messages are above.');
  process.exitCode = 1;
});
