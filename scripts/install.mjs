// Installs what a lock file says, when it is not there already, and believes its own eyes rather than npm's exit code.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { differences } from './installed-tree.mjs';

/** npm as it was started, run by this Node: no shell and no look-up of a command, so that it is the same on every system. */
export function npmCommand() {
  const started = process.env.npm_execpath;
  if (started !== undefined && basename(started) === 'npm-cli.js' && existsSync(started)) return [process.execPath, started];
  return ['npm'];
}

function runNpmCi(root) {
  const [command, ...first] = npmCommand();
  // A user's own settings (NODE_ENV=production, omit=optional) must not leave out what the build needs.
  const settings = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  return spawnSync(command, [...first, 'ci', ...settings], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
}

function fail(what, found) {
  console.error(`\n${what}:`);
  for (const line of found.slice(0, 5)) console.error(`  ${line}`);
  if (found.length > 5) console.error(`  and ${found.length - 5} more`);
  console.error("What to do: see npm's messages above; check that the npm registry can be reached and that the disk is not full,");
  console.error('then remove node_modules and run the command again. Behind a proxy or an own registry, set it in your ~/.npmrc.');
  process.exit(1);
}

/** Makes the tree in `root` what its lock says, or ends the process with the cause and a remedy. `label` names it for people. */
export function ensureInstalled(root, label) {
  if (differences(root).length === 0) return;
  console.log(`Installing ${label} ...`);
  const { status, error } = runNpmCi(root);
  // npm 10 can end with 0 without having installed anything (`Exit handler never called!`), so the tree is looked at again.
  const left = differences(root);
  if (error !== undefined) fail(`npm could not be started (${error.message})`, left);
  if (left.length > 0)
    fail(`npm ci ended with ${status ?? 'a signal'}, and what is installed is not what ${join(root, 'package-lock.json')} says`, left);
}
