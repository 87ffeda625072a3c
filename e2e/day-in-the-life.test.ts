import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snapshotTree, treeDifferences } from '../packages/core/src/backups/tree.fixture.js';
import { type CommandRun, describeRuns, runHoldfast } from './day-command.fixture.js';
import { freeBytes, makeCorpus, wantedFile } from './day-corpus.fixture.js';
import { type DayPlace, kindsOfPlace, prefix } from './day-places.fixture.js';
import type { ListedBackup } from './holdfast.fixture.js';

const gibibyte = 2 ** 30;
const bytes = Number(process.env['HOLDFAST_DAY_GIB'] ?? 0.25) * gibibyte;
/** The corpus, its backup, and what is restored. */
const bytesNeeded = 3.2 * bytes + gibibyte;
const memoryBound = 300 * 2 ** 20;
const mustRun = process.env['CI'] !== undefined;
const timeout = 180_000 + (bytes / gibibyte) * 600_000;

type Backup = ListedBackup & { readonly locations: readonly { readonly key: string }[] };

/** Somebody with a command line, a location and things to keep. */
function makeUser(folder: string, place: DayPlace) {
  const runs: CommandRun[] = [];
  const settings = join(folder, 'settings.json');
  writeFileSync(settings, JSON.stringify(place.settings), { mode: 0o600 });
  const everywhere = ['--data-dir', join(folder, 'data'), '--provider-folder', place.providerFolder, '--json', '--yes'];

  async function run(args: readonly string[], toFile?: string): Promise<CommandRun> {
    const done = await runHoldfast([...everywhere, ...args], toFile);
    runs.push(done);
    // 3: it succeeded, with something to be told.
    if (done.status !== 0 && done.status !== 3)
      throw new Error(`holdfast ${args.join(' ')} ended with ${done.status}:\n${done.stdout}${done.stderr}`);
    return done;
  }
  return {
    runs,
    run,
    async setUp() {
      await run(['init']);
      await run(['location', 'add', place.type, '--config', settings]);
    },
    async backUp(source: string): Promise<string> {
      const { stdout } = await run(['backup', 'create', '--source', `home=${source}`]);
      const { backup } = JSON.parse(stdout) as { readonly backup: { readonly id: string } };
      return backup.id;
    },
    async list(): Promise<readonly Backup[]> {
      const { stdout } = await run(['backup', 'list']);
      return (JSON.parse(stdout) as { readonly backups: readonly Backup[] }).backups;
    },
  };
}

describe('a day in the life', () => {
  test.for(kindsOfPlace)('at $name: backed up, found, restored and tidied up, whatever breaks', { timeout }, async (kind, { skip }) => {
    if (!mustRun && !kind.available) skip('the server is not installed');
    if (!mustRun && freeBytes() < bytesNeeded) skip(`needs ${Math.ceil(bytesNeeded / gibibyte)} GiB of free disk space`);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-day-')));
    const [source, restored] = [join(folder, 'home'), join(folder, 'restored')];
    mkdirSync(join(folder, 'server'));
    try {
      makeCorpus(source, bytes);
      await using place = await kind.start(join(folder, 'server'));
      const user = makeUser(folder, place);
      await user.setUp();
      place.proxy.set(kind.faults);

      const older = await user.backUp(join(source, 'papers'));
      const whole = await user.backUp(source);
      expect((await user.list()).map(({ id }) => id)).toEqual([whole, older].slice(0, place.keeps));
      // Fewer bytes than its content would mean that it isn't all there.
      expect((await user.list())[0]?.size).toBeGreaterThan(bytes);

      const fetchedBefore = bytesFetched(place);
      await user.run(['backup', 'cat', whole, wantedFile], join(folder, 'letter'));
      expect(readFileSync(join(folder, 'letter')).equals(readFileSync(join(source, wantedFile)))).toBe(true);
      const fetched = bytesFetched(place) - fetchedBefore;
      expect(fetched).toBeLessThan(8 * 2 ** 20);

      await user.run(['backup', 'restore', whole, '--to', restored]);
      expect(treeDifferences(snapshotTree(source), snapshotTree(join(restored, 'home')))).toEqual([]);
      await user.run(['backup', 'verify', whole]);
      if (place.keeps === undefined) await user.run(['backup', 'delete', older]);

      const left = await user.list();
      expect(left.map(({ id }) => id)).toEqual([whole]);
      const keys = left.flatMap(({ locations }) => locations.map(({ key }) => `${prefix}/${key}`));
      const contents = await place.contents();
      expect(contents.leftovers).toEqual([]);
      expect(contents.objects.toSorted()).toEqual(keys.flatMap((key) => [key, `${key}.holdfast.index`, `${key}.holdfast.json`]));
      expect(faultsThatHit(place)).toEqual(kind.faults.map(({ fault }) => JSON.stringify(fault)).sort());

      console.log(`${kind.name}, ${bytes / gibibyte} GiB; one file by ${(fetched / 2 ** 20).toFixed(1)} MiB\n${describeRuns(user.runs)}`);
      // Elsewhere nothing tells.
      if (process.platform === 'linux')
        expect(user.runs.filter(({ providerPeak }) => providerPeak === 0).map(({ name }) => name)).toEqual(['init']);
      for (const { hostPeak, providerPeak } of user.runs) expect(Math.max(hostPeak, providerPeak)).toBeLessThan(memoryBound);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function bytesFetched({ proxy }: DayPlace): number {
  return proxy.requests().reduce((sum, { bytesDown }) => sum + bytesDown, 0);
}

function faultsThatHit({ proxy }: DayPlace): string[] {
  return proxy
    .requests()
    .flatMap(({ fault }) => (fault === undefined ? [] : [JSON.stringify(fault)]))
    .sort();
}
