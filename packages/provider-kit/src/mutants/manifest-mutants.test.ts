import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { memorySubject } from '../memory/memory-subject.js';
import { runChecks } from '../run-checks.js';
import type { Subject } from '../subject.js';

/** A main module that does nothing wrong, and little else. */
const plainModule = 'export default { open: async () => { throw new Error("Nothing is kept here."); } };';

interface ManifestMutant {
  readonly does: string;
  readonly breaks: readonly string[];
  /** The file that is changed, and what of it. Default: package.json. */
  readonly file?: string;
  readonly from: string | RegExp;
  readonly to: string;
}

const mutants: readonly ManifestMutant[] = [
  { does: 'names its type by no id', breaks: ['manifest/valid'], from: '"id": "memory"', to: '"id": "My Memory"' },
  { does: 'can not be found', breaks: ['manifest/valid'], from: '"holdfast-provider"\n', to: '"memory"\n' },
  { does: 'works with every host there will be', breaks: ['manifest/engines'], from: '"^0.1.0"', to: '">=0.1.0"' },
  {
    does: 'runs a script when it is installed',
    breaks: ['manifest/no-scripts'],
    from: '"type"',
    to: '"scripts": { "postinstall": "true" }, "type"',
  },
  { does: 'brings a core along', breaks: ['manifest/no-scripts'], from: '"type"', to: '"dependencies": { "@holdfast/core": "1" }, "type"' },
  { does: 'was not built', breaks: ['manifest/entry'], from: '"./index.js"', to: '"./dist/index.js"' },
  { does: 'exports no provider', breaks: ['manifest/entry'], file: 'index.js', from: 'export default', to: 'export const provider =' },
  { does: 'says hello', breaks: ['manifest/quiet-import'], file: 'index.js', from: /^/, to: 'console.log("Hello");' },
  { does: 'keeps the process running', breaks: ['manifest/quiet-import'], file: 'index.js', from: /^/, to: 'setInterval(() => {}, 1000);' },
  { does: 'leaves a global name', breaks: ['manifest/quiet-import'], file: 'index.js', from: /^/, to: 'globalThis.memory = {};' },
  {
    does: 'takes long to load',
    breaks: ['manifest/fast-import'],
    file: 'index.js',
    from: /^/,
    to: 'for (const end = Date.now() + 1500; Date.now() < end; );',
  },
  { does: 'calls its password no secret', breaks: ['manifest/titles'], file: 'schemas/memory.json', from: ', "x-secret": true', to: '' },
  {
    does: 'has a field without a title',
    breaks: ['manifest/titles'],
    file: 'schemas/memory.json',
    from: '"title": "%memory.store%", ',
    to: '',
  },
  {
    does: 'speaks half a language',
    breaks: ['manifest/texts'],
    file: 'package.nls.de.json',
    from: /,\s*"memory.wrong-password": "[^"]*"/,
    to: '',
  },
  { does: 'forgets a placeholder', breaks: ['manifest/texts'], file: 'package.nls.de.json', from: '{store}', to: '{speicher}' },
  {
    does: 'takes a setting of any type',
    breaks: ['manifest/schema'],
    file: 'schemas/memory.json',
    from: '"type": "string", "title": "%memory.store%"',
    to: '"title": "%memory.store%"',
  },
  {
    does: 'has an example that is wrong',
    breaks: ['manifest/schema'],
    file: 'schemas/memory.json',
    from: '["store-1"]',
    to: '["Store 1"]',
  },
  {
    does: 'shows a password as an example',
    breaks: ['manifest/missing-settings'],
    file: 'schemas/memory.json',
    from: '"x-secret": true',
    to: '"x-secret": true, "examples": ["password"]',
  },
  {
    does: 'has changed its settings and can not read older ones',
    breaks: ['flow/migrate'],
    from: '"configVersion": 1',
    to: '"configVersion": 2',
  },
];

describe('a package that', () => {
  async function packageWith({ file = 'package.json', from, to }: Pick<ManifestMutant, 'file' | 'from' | 'to'>): Promise<Subject> {
    const { module: _, ...subject } = memorySubject();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-package-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await cp(subject.folder, folder, { recursive: true });
    await writeFile(join(folder, 'index.js'), plainModule);
    const text = await readFile(join(folder, file), 'utf8');
    expect(text).toMatch(from);
    await writeFile(join(folder, file), text.replace(from, to));
    return { ...subject, folder, older: [{ version: 1, config: ({ config }) => config }] };
  }

  const statesOf = async (subject: Subject, ids: readonly string[]) => {
    const { results } = await runChecks(subject, { isolation: 'inline', only: ({ id }) => ids.includes(id) });
    return results.map(({ state }) => state);
  };

  test.each(mutants)('$does is found by $breaks', async (mutant) => {
    const broken = await statesOf(await packageWith(mutant), mutant.breaks);
    expect(broken).toEqual(mutant.breaks.map(() => 'failed'));
  });

  test('has none of these faults passes', async () => {
    const ids = [...new Set(mutants.flatMap(({ breaks }) => breaks))];
    const states = await statesOf(await packageWith({ from: '"1.0.0"', to: '"1.0.1"' }), ids);
    expect(states).toEqual(ids.map((id) => (id === 'flow/migrate' ? 'skipped' : 'passed')));
  });
});
