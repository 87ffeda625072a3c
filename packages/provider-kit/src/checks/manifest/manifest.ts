import { stat } from 'node:fs/promises';
import { expectEqual, expectTrue } from '../../expectation/expect.js';
import { entryOf } from '../../openers/entry-of.js';
import { asRecord, asTexts } from '../../json.js';
import type { PackageBench } from '../../check.js';
import { defineCheck } from '../define-check.js';
import { measureImport } from './measure-import.js';

/** CPU time, milliseconds. */
const importLimit = 200;

const noPackage = { skipped: 'There is no package to look at.' };
const broughtAlong = { skipped: 'The subject brings its module along: the built one is not what is checked.' };

/** What npm runs when a package is installed. */
const installScripts = ['preinstall', 'install', 'postinstall', 'prepare'];

async function builtEntry({ subject, manifest }: PackageBench): Promise<string | undefined> {
  return subject.module === undefined ? entryOf(subject.folder, manifest.packageJson) : undefined;
}

export const manifestChecks = [
  defineCheck('manifest/valid', 'a host takes the package', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const { problem, name, folder } = bench.manifest;
    const did = `Read the manifest of ${name} in ${folder} as a host does`;
    expectTrue(problem === undefined, { did, expected: 'nothing to object to', came: problem ?? '', rule: 'manifest' });
    const keywords = asTexts(bench.manifest.packageJson['keywords']);
    expectTrue(keywords.includes('holdfast-provider'), {
      did,
      expected: 'the keyword "holdfast-provider", by which it is found',
      came: keywords.join(', ') || 'none',
      rule: 'manifest',
    });
    return undefined;
  }),

  defineCheck('manifest/engines', 'it names the hosts that it works with, and not all that may come', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const range = asRecord(bench.manifest.packageJson['engines'])['holdfast'];
    const bounded = typeof range === 'string' && /\d/.test(range) && (!/^\s*>/.test(range) || range.includes('<'));
    expectTrue(bounded, {
      did: 'Looked at "engines.holdfast"',
      expected: 'a range with an end, such as "^1.2.0"',
      came: JSON.stringify(range),
      rule: 'manifest',
    });
    return undefined;
  }),

  defineCheck('manifest/no-scripts', 'installing it runs nothing, and brings no other core', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const { packageJson } = bench.manifest;
    const scripts = Object.keys(asRecord(packageJson['scripts'])).filter((name) => installScripts.includes(name));
    expectEqual(scripts, [], {
      did: 'Looked for scripts that npm runs when the package is installed: the host runs none of them',
      rule: 'manifest',
    });
    const bundled = [packageJson['bundleDependencies'], packageJson['bundledDependencies']].flatMap(asTexts);
    const own = Object.keys({ ...asRecord(packageJson['dependencies']), ...asRecord(packageJson['optionalDependencies']) });
    const cores = [...bundled, ...own].filter((name) => name === '@holdfast/core');
    expectEqual(cores, [], {
      did: 'Looked for @holdfast/core among its dependencies: it is a peer, and the host gives it',
      rule: 'manifest',
    });
    return undefined;
  }),

  defineCheck('manifest/entry', 'its main module exports the provider', async ({ package: bench }) => {
    if (bench === undefined) return noPackage;
    const entry = await builtEntry(bench);
    if (entry !== undefined) {
      const there = await stat(entry).then(
        (found) => found.isFile(),
        () => false,
      );
      expectTrue(there, {
        did: 'Looked for the main module that package.json names',
        expected: `the file ${entry}`,
        came: 'nothing: is it built?',
        rule: 'mainModule',
      });
    }
    await bench.definition();
    return undefined;
  }),

  defineCheck(
    'manifest/quiet-import',
    'loading it does nothing else: it prints nothing, changes nothing, keeps nothing open',
    async ({ package: bench, signal }) => {
      if (bench === undefined) return noPackage;
      const entry = await builtEntry(bench);
      if (entry === undefined) return broughtAlong;
      const { output, globals, listeners, ended } = await measureImport(entry, signal);
      const did = 'Imported the main module in a process of its own';
      expectEqual(output, '', { did: `${did} and looked at what it printed`, rule: 'manifest' });
      expectEqual(globals, [], { did: `${did} and looked for new global names`, rule: 'manifest' });
      expectEqual(listeners, [], { did: `${did} and looked for new listeners of the process`, rule: 'manifest' });
      expectTrue(ended, {
        did,
        expected: 'the process to end by itself',
        came: 'something kept it running: a timer, a connection',
        rule: 'manifest',
      });
      return undefined;
    },
  ),

  defineCheck(
    'manifest/fast-import',
    'loading it takes little time: what is large is loaded when it is needed',
    async ({ package: bench, signal }) => {
      if (bench === undefined) return noPackage;
      const entry = await builtEntry(bench);
      if (entry === undefined) return broughtAlong;
      const times = [];
      for (let round = 0; round < 3; round += 1) times.push((await measureImport(entry, signal)).milliseconds);
      const best = Math.min(...times);
      const came = `${best} ms of it, the best of three`;
      expectTrue(best <= importLimit, {
        did: 'Imported the main module and measured the time of the processor',
        expected: `at most ${importLimit} ms`,
        came,
        rule: 'manifest',
      });
      return undefined;
    },
  ),

  defineCheck('manifest/features', 'what it declares and what its location has are the same', async (bench) => {
    if (bench.package === undefined) return noPackage;
    const declared = bench.package.manifest.features.has('deferredWrites');
    const location = await bench.open();
    const missing = ['put', 'get', 'head', 'list', 'delete'].filter((name) => typeof Reflect.get(location, name) !== 'function');
    expectEqual(missing, [], { did: 'Opened a location and looked for the calls that every one has', rule: 'list' });
    const has = typeof location.putDeferred === 'function';
    expectEqual(has, declared, {
      did: `Looked for putDeferred, with "deferredWrites" ${declared ? '' : 'not '}among the declared features`,
      rule: 'deferredExactlyIf',
    });
    return undefined;
  }),
];
