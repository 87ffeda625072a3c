import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newBackupMetadata } from '../archive/backup-metadata.js';
import { writeBackup } from '../archive/write-backup.js';
import { closeHoles } from './close-holes.js';
import { restoreBackup } from './restore/restore-backup.js';
import { inThread } from './restore/restore-worker.fixture.js';
import { createSelection } from './restore/selection.js';
import { readSource, type SourceProblem } from './sources/read-source.js';
import { resolveSources } from './sources/source.js';
import { makeTree, randomEntries, snapshotTree, treeDifferences } from './tree.fixture.js';

describe('a backup that is restored', () => {
  test.each([
    ['docs', 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS', inThread],
    ['docs', 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS', undefined],
    ['homeassistant', undefined, undefined],
  ])('is identical for random trees: names, bytes, modes, times and links (%s)', async (name, password, ownThread) => {
    const thread = ownThread === undefined ? {} : { thread: await ownThread() };
    await fc.assert(
      fc.asyncProperty(randomEntries, async (entries) => {
        const folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
        try {
          const root = join(folder, 'source');
          mkdirSync(root);
          makeTree(root, entries);
          const before = snapshotTree(root);
          const problems: SourceProblem[] = [];
          const sources = await resolveSources([{ name, path: root, preset: 'none' }]);
          const archives = sources.map((source) => ({
            memberName: source.layout.memberName,
            tar: readSource(source, {
              onFile: () => {},
              onBytes: () => {},
              onProblem: (problem) => problems.push(problem),
              onExcluded: () => {},
            }),
          }));
          const metadata = newBackupMetadata({ name: 'random', date: new Date(), protected: password !== undefined });
          const result = await restoreBackup({
            open: async () => closeHoles(writeBackup({ metadata, archives, password, compressionLevel: 1, mtime: 0 }), folder),
            passwords: password === undefined ? [] : [password],
            keyFingerprint: undefined,
            folderFor: (source) => join(folder, 'target', source),
            selection: createSelection(),
            overwrite: false,
            owners: process.getuid?.() === 0,
            onEntries: () => {},
            ...thread,
          });
          expect([...problems, ...result.problems]).toEqual([]);
          expect(treeDifferences(before, snapshotTree(join(folder, 'target', name)))).toEqual([]);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });
});
