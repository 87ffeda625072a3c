// The static checks. `npm run check` runs all of them, `npm run check -- lint layers` the named ones.
// `api` and `packages` look at what the build made, so build first (npm run check does).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toolCommand, toolEnvironment } from './tools.mjs';
import { workspace } from './workspace.mjs';

const script = (path, ...args) => [process.execPath, fileURLToPath(new URL(path, workspace)), ...args];

const sourceFolders = ['packages', 'examples', 'e2e'].filter((folder) => existsSync(new URL(folder, workspace)));

const checks = {
  format: () => toolCommand('biome', 'format', '.'),
  lint: () => toolCommand('oxlint', '--type-aware', '--deny-warnings', '.'),
  types: () => script('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
  layers: () => toolCommand('depcruise', '--config', 'tools/dependency-cruiser.config.mjs', '--output-type', 'err-long', ...sourceFolders),
  'dead-code': () => toolCommand('knip', '--no-progress', '--treat-config-hints-as-errors'),
  'file-length': () => script('tools/check-file-length.mjs'),
  lock: () => script('tools/check-lock.mjs'),
  api: () => toolCommand('api-extractor', 'run', '--config', 'packages/core/api-extractor.json'),
  packages: () => script('tools/check-packages.mjs'),
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
for (const name of chosen) {
  if (!(name in checks)) {
    console.error(`There is no check called ${name}; there are: ${Object.keys(checks).join(', ')}.`);
    process.exit(2);
  }
}

for (const name of chosen) {
  const [command, ...args] = checks[name]();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: workspace,
    env: toolEnvironment(),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status === 0) continue;
  console.log(`${stdout}${stderr}`.trimEnd());
  process.exitCode = 1;
}
