// The main job, for `npm start` and `npm start -- FOLDER`: backs up a folder to a location under a data directory, proves the backup
// by reading all of it, and saves the emergency kit. It is the command line's own parts in a row; it writes nothing outside the data directory.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(fileURLToPath(new URL('..', import.meta.url)));
const built = new URL('../packages/cli/dist/', import.meta.url);
if (!existsSync(new URL('main.js', built))) {
  console.error('error: Holdfast is not built yet\n  run: npm run build');
  process.exit(1);
}
const { createHost, initialiseDataDir, shortFingerprint, sourceFromPath } = await import('@holdfast/core');
const {
  bundledProviders,
  createTerminal,
  exitCodeOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
  listenForCancellation,
  problemLines,
  providerFolders,
  renderError,
  reportOf,
  safeText,
} = await import(new URL('parts.js', built).href);

// npm changes into the package's folder; INIT_CWD is where it was called.
const calledFrom = process.env.INIT_CWD ?? process.cwd();
const dataDir = process.env.HOLDFAST_DATA_DIR ? resolve(calledFrom, process.env.HOLDFAST_DATA_DIR) : join(repository, 'holdfast-data');
const terminal = createTerminal({ json: false, quiet: false, verbose: false, color: true });
const { colors } = terminal;
const say = (text = '') => terminal.answer(undefined, () => text);
const step = (label, text) => say(`  ${colors.green(label.padEnd(9))} ${text}`);

/** A path as it is typed from here, in quotes where a shell needs them. */
function shown(path) {
  const fromHere = relative(calledFrom, path);
  const short = fromHere === '' ? '.' : fromHere.startsWith(`..${sep}`) || fromHere === '..' ? path : fromHere;
  return /^[\w./\\:@%+,-]+$/.test(short) ? short : `"${short}"`;
}

/** What is made from the rest stays out of a backup of this repository. The data directory always does. */
const madeFromTheRest = ['node_modules', '.git', 'dist', '.turbo'];

async function withProgress(work) {
  const display = terminal.progress();
  const startedAt = performance.now();
  try {
    const result = await work(display === undefined ? {} : { onProgress: display.update });
    return { result, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    display?.stop();
  }
}

async function run(folder, signal) {
  const source = await sourceFromPath(folder);
  say(`${colors.bold('Holdfast')} backs up ${colors.bold(safeText(folder))}\n`);
  const { created } = await initialiseDataDir(dataDir);
  const log = { debug() {}, info() {}, warn: (text) => terminal.note(safeText(text)), error: (text) => terminal.warn(safeText(text)) };
  const host = await createHost({ dataDir, providers: { shipped: bundledProviders(), folders: providerFolders([], process.env) }, log });
  try {
    return await backUpAndProve(host, created, { ...source, exclude: folder === repository ? madeFromTheRest : [] }, signal);
  } finally {
    await host[Symbol.asyncDispose]();
  }
}

async function backUpAndProve(host, created, source, signal) {
  const key = host.keys.current();
  step(
    'key',
    `${created ? 'made' : 'there since the first run'}; its fingerprint is ${key === undefined ? 'unknown' : shortFingerprint(key.fingerprint)}`,
  );
  if (host.locations.list().length === 0) {
    await host.locations.add({ provider: 'local', title: 'Local folder', config: { path: join(dataDir, 'backups') }, signal });
  }
  const { result: made, seconds } = await withProgress((report) => host.backups.create({ sources: [source], ...report, signal }));
  const { backup } = made;
  const places = backup.locations.map(({ title }) => `"${safeText(title)}"`).join(', ');
  const share = formatShare(backup.size, made.sourceBytes);
  step('backup', `"${safeText(backup.name)}", ${formatCount(made.sourceFiles, 'file')} with ${formatBytes(made.sourceBytes)}`);
  step('stored', `at ${places}: ${formatBytes(backup.size)} encrypted (${share}), in ${formatDuration(seconds)}`);
  for (const line of problemLines(made.problems, colors)) say(`  ${line}`);

  const { result: proof, seconds: reading } = await withProgress((report) => host.backups.verify({ id: backup.id }, { ...report, signal }));
  step('verified', `all ${formatBytes(proof.size)} read back, decrypted and found whole, in ${formatDuration(reading)}`);
  const kit = await emergencyKit(host);
  step('kit', kit.text);
  return { backup, location: host.locations.describe(backup.locations[0].id), kit: kit.place };
}

/** Saves the emergency kit if its key has none yet. */
async function emergencyKit(host) {
  const saved = host.kit.saved();
  if (saved !== undefined) return { text: 'saved by an earlier run', place: dirname(saved.place) };
  const folder = join(dataDir, 'emergency-kit');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await host.kit.save(folder);
  return { text: 'saved: it opens your backups when this machine is gone', place: folder };
}

function whereAndWhatNext({ backup, location, kit }) {
  const holdfast = `npx holdfast -d ${shown(dataDir)}`;
  const rows = [
    ['backups', location],
    ['kit', kit],
    ['key', join(dataDir, 'keys.json')],
  ];
  say(`\n${colors.bold('Where it is')}`);
  for (const [label, path] of rows) say(`  ${colors.dim(label.padEnd(9))} ${safeText(shown(path))}`);
  say(`  ${colors.yellow('Print the kit, keep it elsewhere: it opens the backups when this folder is lost.')}`);
  say(`\n${colors.bold('What to try next')}`);
  for (const command of [
    'backup list',
    `backup show ${backup.id} --files`,
    `backup restore ${backup.id} --to ${shown(join(dataDir, 'out'))} --dry-run`,
    `backup restore ${backup.id} --to ${shown(join(dataDir, 'out'))}`,
    'location add',
  ]) {
    say(`  ${holdfast} ${command}`);
  }
  say(`  npm start -- FOLDER    ${colors.dim('# back up another one')}`);
}

const args = process.argv.slice(2);
if (args.length > 1 || args[0]?.startsWith('-')) {
  terminal.warn(
    'usage: npm start [-- FOLDER]\n  backs up FOLDER, or this repository, and proves the backup; HOLDFAST_DATA_DIR is where it keeps everything',
  );
  process.exit(args[0] === '--help' || args[0] === '-h' ? 0 : 2);
}
const cancellation = listenForCancellation(() => terminal.note('Stopping and cleaning up. Press Ctrl-C again to stop at once.'));
try {
  whereAndWhatNext(await run(args[0] === undefined ? repository : resolve(calledFrom, args[0]), cancellation.signal));
} catch (error) {
  terminal.warn(renderError(reportOf(error), terminal.noteColors));
  process.exitCode = exitCodeOf(error, cancellation.signal.aborted);
} finally {
  cancellation[Symbol.dispose]();
}
