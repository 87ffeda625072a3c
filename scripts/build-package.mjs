// node build-package.mjs [MODULE...] [--alone MODULE...]: builds the package in whose folder it is started; the modules are entries beside those
// that package.json exports. Those behind --alone share no file with the rest: each becomes one of its own, named after its last part. tsc checks it and writes its types, and meanwhile its code is bundled into a few
// files, as reading hundreds takes several times longer than running them. What package.json names as a dependency stays outside;
// what is bundled from other packages is listed, with its licence, in dist/third-party-licences.txt.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { licencesOf } from './bundled-licences.mjs';

const folder = process.cwd();
const dist = join(folder, 'dist');
const index = join(folder, 'src', 'index.ts');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const named = process.argv.slice(2);
const aloneFrom = named.includes('--alone') ? named.indexOf('--alone') : named.length;
const alone = named.slice(aloneFrom + 1);

/** The entries by the name of their file in dist/: what is exported, and the modules that were named. */
function entries() {
  const exported = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'object' ? [target.import.slice('./dist/'.length, -'.js'.length)] : [],
  );
  return Object.fromEntries([...exported, ...named.slice(0, aloneFrom)].map((name) => [name, `./src/${name}.ts`]));
}

const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });
const isOutside = (id) => dependencies.some((name) => id === name || id.startsWith(`${name}/`));

/** A file beside a source module, such as the package.json above it, keeps its place when the module moves into dist/. */
const filesBesideModules = {
  name: 'files-beside-modules',
  transform(code, id) {
    if (!id.startsWith(join(folder, 'src') + sep) || !code.includes('import.meta.url')) return undefined;
    const moved = code.replace(/new URL\((["'])(\.[^"']*)\1, import\.meta\.url\)/g, (_, quote, path) => {
      const target = resolve(dirname(id), path).replace(join(folder, 'src') + sep, dist + sep);
      const fromDist = relative(dist, target).split(sep).join('/');
      return `new URL(${quote}${fromDist.startsWith('.') ? '' : './'}${fromDist}${quote}, import.meta.url)`;
    });
    // Nothing moves to another line, so the map stays right.
    return { code: moved, map: null };
  },
};

/**
 * Modules of Node whose import takes milliseconds, as it reads all that they export: of `process` that opens the standard streams, of
 * `crypto` it loads WebCrypto. And commander wants child processes, for subcommands that are programs of their own.
 */
const replaced = {
  'node:process': 'module.exports = globalThis.process;',
  'node:crypto': "module.exports = process.getBuiltinModule('node:crypto');",
  'node:child_process': "exports.spawn = (...given) => process.getBuiltinModule('node:child_process').spawn(...given);",
};

const lightModules = {
  name: 'light-modules',
  resolveId: (id, importer) =>
    id === 'node:crypto' || (id in replaced && importer?.includes('node_modules')) ? `\0light-${id}` : undefined,
  load: (id) => replaced[id.replace('\0light-', '')],
};

/**
 * What every command of a program needs, in two files, and what reads a backup in one more: each file costs a millisecond. What one command alone needs stays by itself,
 * and so does what its main module imports at once, which answers `--version`.
 */
const filesOfProgram = [
  { name: 'start', test: /[\\/]src[\\/]output[\\/](wants-colors|closed-pipe)/ },
  {
    name: 'program',
    test: /[\\/]src[\\/]program[\\/](?!usage-error)|[\\/]node_modules[\\/]commander[\\/]|esm.external.require|.light-node/,
  },
  {
    name: 'run',
    test: /[\\/]src[\\/]((run|output(?![\\/](wants-colors|closed-pipe))|settings)[\\/]|errors|commands[\\/]kit-reminder)|[\\/]node_modules[\\/](picocolors|env-paths|is-safe-filename)[\\/]|oxc-project.runtime/,
  },
  { name: 'reading', test: /[\\/]src[\\/](keys[\\/](with|given)-key|prompts[\\/]ask|commands[\\/](backup-reader|backup-cat))/ },
];

const isProcess = /[\\/]src[\\/]providers[\\/](process|protocol)[\\/]/;

const isBrowsing =
  /[\\/]src[\\/](backups[\\/]browse[\\/](?!diff|folder|compare|build|make|list|path-pattern)|archive[\\/](index[\\/](?!index-writer|page-spool)|securetar[\\/]header-v3))/;

/** All that a library's index imports at once is one file, however much of it is shared with what is loaded later. The index exports its own names only. */
const filesOfLibrary = [
  {
    debugName: 'library',
    name: (id, modules) => {
      if (id === index || id.includes(join('src', 'provider-api'))) return null;
      if (isLoadedAtOnce(id, modules)) return 'library';
      // What runs a provider's process is one more, and so is what reads one file out of a backup.
      if (isProcess.test(id)) return 'process';
      return isBrowsing.test(id) ? 'browse' : null;
    },
  },
];

function isLoadedAtOnce(id, modules, seen = new Set()) {
  if (id === index) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return (modules.getModuleInfo(id)?.importers ?? []).some((importer) => isLoadedAtOnce(importer, modules, seen));
}

function codeSplitting() {
  // With one entry all of it is one file anyway.
  if (Object.keys(entries()).length < 2) return {};
  return { codeSplitting: { groups: manifest.bin === undefined ? filesOfLibrary : filesOfProgram, includeDependenciesRecursively: false } };
}

/** @returns the modules that it holds */
async function bundle(input, splitting, treeshake = {}) {
  const build = await rolldown({
    cwd: folder,
    input,
    treeshake,
    platform: 'node',
    // tsyringe's modules are left out one by one only in their ESM form.
    resolve: { mainFields: ['module', 'main'] },
    external: isOutside,
    // The last: CommonJS modules get what they require from Node by an import, for which no `require` has to be made.
    plugins: [filesBesideModules, lightModules, esmExternalRequirePlugin({ external: [/^node:(?!child_process$|crypto$|process$)/] })],
    tsconfig: join(folder, 'tsconfig.json'),
    transform: { target: 'es2022' },
    // Such as groups of files need it.
    preserveEntrySignatures: 'allow-extension',
    // A warning that nobody has to heed is one that nobody reads.
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    // All in one folder: the paths above are right for each of them.
    chunkFileNames: '[name]-[hash].js',
    ...splitting,
    sourcemap: true,
    // An export has the name that it has in its module, so `foldFacades` can do without the files between.
    minifyInternalExports: false,
    // Without white space it is read a tenth faster. Local names are shortened: with less in its heap V8 collects it less often, and below 8 MiB hardly ever
    // beside what is running. Those of modules, classes and methods stay, for traces.
    minify: { compress: false, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
  });
  await build.close();
  const chunks = output.filter(({ type }) => type === 'chunk');
  foldFacades(chunks);
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}

const facade = /^import\{([^{}]*)\}from"\.\/([^"]+)";export\{([^{}]*)\};\s*$/;

/**
 * A module that is imported when it is needed, and whose code stands in a file with others, has a file that only names its exports. Each costs a
 * millisecond, so what it leads to is imported in its place. With spaces where the name is shorter, so that the source map stays right.
 */
function foldFacades(chunks) {
  const codes = new Map(chunks.map(({ fileName }) => [fileName, readFileSync(join(dist, fileName), 'utf8')]));
  const targets = new Map();
  for (const { fileName: file, isEntry } of chunks) {
    const [, names = '', target] = facade.exec(codes.get(file)) ?? [];
    if (!isEntry && target !== undefined && target.length <= file.length && !names.includes(' as ')) targets.set(file, target);
  }
  for (const [file, code] of codes) {
    const folded = code.replace(/(import\(`\.\/)([^`]+)`\)/g, (whole, start, name) => {
      const target = targets.get(name);
      return target === undefined ? whole : `${start}${target}\`${' '.repeat(name.length - target.length)})`;
    });
    if (folded !== code) writeFileSync(join(dist, file), folded);
    codes.set(file, folded);
  }
  const isNamed = (file) => [...codes.values()].some((code) => code.includes(`./${file}`));
  for (const file of targets.keys()) if (!isNamed(file)) rmSync(join(dist, file));
}

async function bundleAll() {
  const modules = await bundle(entries(), codeSplitting());
  for (const module of alone) {
    const file = `./src/${module}.ts`;
    // Whatever it imports is there for what it gives, so what is not used can be left out.
    const onlyItself = { moduleSideEffects: (id) => id === join(folder, file) };
    modules.push(...(await bundle({ [basename(module)]: file }, { codeSplitting: false }, onlyItself)));
  }
  const licences = licencesOf(modules);
  if (licences !== '') writeFileSync(join(dist, 'third-party-licences.txt'), licences);
}

function checkTypes() {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const child = spawn(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: folder, stdio: 'inherit' });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`tsc found faults in ${manifest.name}`))));
  });
}

rmSync(dist, { recursive: true, force: true });
const results = await Promise.allSettled([checkTypes(), bundleAll()]);
for (const result of results) {
  if (result.status === 'fulfilled') continue;
  console.error(result.reason.message);
  process.exitCode = 1;
}
