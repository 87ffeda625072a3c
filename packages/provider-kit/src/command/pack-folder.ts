import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandError } from './command-error.js';

/** Makes the tarball that would be published, without running any script of the package. Returns its path. */
export async function packFolder(folder: string, target: string, signal: AbortSignal): Promise<string> {
  const { code, output } = await npm(['pack', '--ignore-scripts', '--pack-destination', target, folder], target, signal);
  const tarball = (await readdir(target)).find((name) => name.endsWith('.tgz'));
  if (code === 0 && tarball !== undefined) return join(target, tarball);
  const told = output.trim().split('\n').slice(-8).join('\n');
  throw new CommandError(
    'not-packed',
    `npm could not pack ${folder}:\n${told}`,
    'Put right what npm says, and try `npm pack --dry-run` there. To check the folder as it is, add --link.',
  );
}

/** npm as it was started, run by this Node; else the one that the system finds. */
function npm(
  given: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const started = process.env['npm_execpath'];
  const isNpm = started !== undefined && basename(started) === 'npm-cli.js' && existsSync(started);
  const [command, first] = isNpm ? [process.execPath, [started]] : ['npm', []];
  const shell = !isNpm && process.platform === 'win32';
  const quoted = shell ? given.map((argument) => `"${argument}"`) : given;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...quoted], { cwd: folder, shell, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, output: `npm could not be started: ${error.message}` });
    });
    // Not before it has ended: until then it may write to the folder that its caller removes.
    child.on('close', (code) => {
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, output });
    });
  });
}
