// What would be published: packs every public package and looks at the tarballs as their users get them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { npmCommand } from '../scripts/install.mjs';
import { toolCommand, toolEnvironment } from './tools.mjs';
import { publicPackages, workspace } from './workspace.mjs';

const expected = [
  /^(package|package\.nls(\.[\w-]+)?)\.json$/,
  /^(README\.md|LICENSE)$/,
  /^bin\/[\w-]+\.js$/,
  /^dist\/(help|third-party-licences)\.txt$/,
  /^dist\/[\w-]+\.js(\.map)?$/,
  /^schemas\/[\w-]+\.json$/,
  /^memory-provider\/[\w/.-]+\.(js|json)$/,
  /^deflate\/((codec|worker)\.js|blocks\.wasm|LICENSE-libdeflate\.txt)$/,
  /^media\/[\w-]+\.svg$/,
];
const problems = [];

function run([command, ...args], cwd = workspace) {
  const result = spawnSync(command, args, {
    cwd,
    env: toolEnvironment(),
    encoding: 'utf8',
    shell: command === 'npm' && process.platform === 'win32',
  });
  return { ok: result.status === 0, stdout: result.stdout, output: `${result.stdout}${result.stderr}`.trim() };
}

/** A file of types, or an entry, belongs into the package when its source is still there and is no test. What lies directly in dist/ the build made. */
function isBuiltFromSource(folder, file) {
  const source = file.replace(/^dist\//, 'src/').replace(/\.js(\.map)?$|\.d\.ts$/, '.ts');
  return source !== file && !/\.(test|fixture)\.ts$/.test(source) && existsSync(new URL(`${folder}/${source}`, workspace));
}

function checkContent(folder, files) {
  for (const file of files) {
    if (!expected.some((pattern) => pattern.test(file)) && !isBuiltFromSource(folder, file))
      problems.push(`${folder}: ${file} is packed, but no user needs it (or dist/ is older than the sources)`);
  }
  for (const needed of ['README.md', 'LICENSE']) {
    if (!files.includes(needed)) problems.push(`${folder}: has no ${needed}`);
  }
}

function checkTarball({ folder, manifest }, tarball) {
  const lint = run(toolCommand('publint', 'run', tarball, '--strict'));
  if (!lint.ok) problems.push(`${folder}: publint\n${lint.output}`);
  if (manifest.exports['.'] === undefined) return;
  const types = run(toolCommand('attw', tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'));
  if (!types.ok) problems.push(`${folder}: the types do not resolve\n${types.output}`);
}

/** A provider that we publish works with the core that we publish. */
function checkHostRange(packages) {
  const core = packages.find(({ manifest }) => manifest.name === '@holdfast/core').manifest;
  for (const { folder, manifest } of packages) {
    const range = manifest.engines.holdfast;
    if (range !== undefined && !satisfies(core.version, range))
      problems.push(`${folder}: engines.holdfast is ${range}, but the core is ${core.version}`);
  }
}

/** All of them together in an empty project: a dependency that only the workspace provides shows here. */
function checkInstalled(packages, tarballs, folder) {
  const install = run([...npmCommand(), 'install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], folder);
  if (!install.ok) return problems.push(`the packed packages can not be installed together\n${install.output}`);
  for (const { manifest } of packages) {
    const code = manifest.bin === undefined ? `await import('${manifest.name}')` : undefined;
    const bin = Object.values(manifest.bin ?? {})[0];
    const started = run(
      [process.execPath, ...(code ? ['--input-type=module', '-e', code] : [join(folder, 'node_modules', manifest.name, bin), '--version'])],
      folder,
    );
    if (!started.ok) problems.push(`${manifest.name}, installed from its tarball, does not start\n${started.output}`);
  }
}

const temporary = mkdtempSync(join(tmpdir(), 'holdfast-pack-'));
try {
  const packages = publicPackages();
  const tarballs = packages.map((each) => {
    const packed = run(
      [...npmCommand(), 'pack', '--json', '--ignore-scripts', '--pack-destination', temporary],
      fileURLToPath(new URL(each.folder, workspace)),
    );
    if (!packed.ok) throw new Error(`npm pack of ${each.folder} failed:\n${packed.output}`);
    const [{ filename, files }] = JSON.parse(packed.stdout);
    checkContent(
      each.folder,
      files.map((file) => file.path),
    );
    checkTarball(each, join(temporary, filename));
    return join(temporary, filename);
  });
  checkHostRange(packages);
  checkInstalled(packages, tarballs, temporary);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
