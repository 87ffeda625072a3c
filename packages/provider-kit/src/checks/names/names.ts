import { isObjectKey } from '@holdfast/core/provider-api';
import { bodyOf } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectBytes, expectCode, expectEqual } from '../../expectation/expect.js';
import { openSession } from '../../session.js';
import { defineCheck, harmlessCheck } from '../define-check.js';

/** Names that may be stored under, and that someone may have thought special. */
const odd = [
  '0',
  'Z',
  '_',
  '-',
  '--help',
  'a.b.c',
  'a..b',
  'console.tar',
  'nul-1',
  'index.html',
  'x.tar.gz',
  'a/b/c/d/e/f/g/h',
  'constructor',
  'undefined',
  '__proto__',
];

/** Names under which nothing may be stored, by what is wrong with them. */
const refused = [
  '',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/../../b',
  './a',
  '.a',
  'a/.b',
  'a.',
  'with blank',
  'é',
  '%2e%2e',
  'a\\b',
  'a\0b',
  'a\nb',
  'con',
  'a/NUL.txt',
  'x'.repeat(513),
  'x'.repeat(256),
];

/** Names that lead out of the place, or into what is the place's own. */
const unreadable = ['', '..', '../a', 'a/../../b', '/etc/passwd', '.hidden', 'a/.hidden', 'a\0b', 'a\\..\\b', 'a//b'];

/** Names as other programs give them. */
const foreign = [
  'Automatic backup 2026.8.tar',
  'Sauvegarde d’été.tar',
  'über/straße 😀.tar',
  'a%20b+c&d=e.tar',
  '#1?.tar',
  "o'clock (1).tar",
  'ends.',
];

/** The longest key there can be. */
function longestKey(length: number): string {
  const key = `${'k'.repeat(63)}/`.repeat(8).slice(0, length);
  return key.endsWith('/') ? `${key.slice(0, -1)}m` : key;
}

export const nameChecks = [
  harmlessCheck('names/odd', 'every object key is a key, also one that looks special', async (bench) => {
    const session = await openSession(bench);
    const keys = odd.filter((key) => isObjectKey(key)).sort();
    for (const key of keys) await session.put(key, `under ${key}`);
    expectEqual(await session.keys(), keys, { did: 'Stored objects under odd keys and listed', rule: 'objectKeys' });
    for (const key of keys) {
      const did = `Stored an object under "${key}" and read it`;
      expectEqual((await session.read(key)).toString(), `under ${key}`, { did, rule: 'objectKeys' });
      await session.remove(key);
    }
    expectEqual(await session.keys(), [], { did: 'Deleted the objects under odd keys and listed', rule: 'deleted' });
  }),

  harmlessCheck('names/longest', 'the longest keys are keys as any other', async (bench) => {
    const session = await openSession(bench);
    for (const key of ['x'.repeat(250), longestKey(512 - bench.prefixLength)]) {
      const content = seededBytes(1_000, key);
      const did = `Stored an object under a key of ${key.length} characters and read it`;
      await session.put(key, content);
      expectBytes(await session.read(key), content, { did, rule: 'objectKeys' });
      expectEqual(await session.keys(), [key], { did: `${did}; listed`, rule: 'list' });
      expectEqual((await session.head(key))?.size, content.length, { did: `${did}; asked head`, rule: 'head' });
      await session.remove(key);
    }
  }),

  defineCheck('names/not-stored', 'a key of the wrong kind is refused, and nothing is stored', async (bench) => {
    const session = await openSession(bench);
    for (const key of refused) {
      const did = `Stored under ${JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)}, which is no object key`;
      const storing = session.location.put(key, bodyOf(seededBytes(10)), { signal: bench.signal });
      await expectCode(storing, 'internal', { did, rule: 'wrongKey' });
    }
    expectEqual(await session.keys(), [], { did: 'Stored under keys that are none, and listed', rule: 'objectKeysAlone' });
  }),

  defineCheck('names/not-read', 'a key that leads elsewhere is neither read nor deleted', async (bench) => {
    const session = await openSession(bench);
    for (const key of unreadable) {
      const did = `with the key ${JSON.stringify(key)}, which is not readable`;
      await expectCode(session.read(key), 'internal', { did: `Called get ${did}`, rule: 'wrongKey' });
      await expectCode(session.head(key), 'internal', { did: `Called head ${did}`, rule: 'wrongKey' });
      await expectCode(session.remove(key), 'internal', { did: `Called delete ${did}`, rule: 'wrongKey' });
    }
  }),

  defineCheck(
    'names/foreign',
    'what other programs named otherwise is listed, read and deleted as it is',
    async (bench) => {
      const place = await bench.package?.place();
      const session = await openSession(bench);
      await session.put('own.tar', 'own');
      for (const name of foreign) await place?.putForeign?.(name, Buffer.from(`in ${name}`));
      const all = [...foreign, 'own.tar'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expectEqual(await session.keys(), all, { did: 'Had another program store files and listed', rule: 'foreign' });
      for (const name of foreign) {
        const did = `Had another program store a file ${JSON.stringify(name)}`;
        expectEqual((await session.read(name)).toString(), `in ${name}`, { did: `${did} and read it`, rule: 'foreign' });
        expectEqual((await session.head(name))?.key, name, { did: `${did} and asked head for it`, rule: 'foreign' });
        expectEqual(await session.keys(name), [name], { did: `${did} and listed with its name as prefix`, rule: 'foreign' });
      }
      await session.location.check?.({ signal: bench.signal });
      await session.location.sweep?.({ signal: bench.signal });
      expectEqual(await session.keys(), all, { did: 'Called check and sweep where other programs have files, and listed', rule: 'sweep' });
      for (const name of foreign) await session.remove(name);
      expectEqual(await session.keys(), ['own.tar'], { did: 'Deleted the files of other programs and listed', rule: 'foreign' });
    },
    { needs: ['putForeign'] },
  ),

  defineCheck(
    'names/foreign-hidden',
    'what is named worse is not shown',
    async (bench) => {
      const place = await bench.package?.place();
      const session = await openSession(bench);
      await session.put('own.tar', 'own');
      await place?.putForeign?.('.metadata.json', Buffer.from('{}'));
      await place?.putForeign?.('folder/.hidden', Buffer.from('x'));
      expectEqual(await session.keys(), ['own.tar'], {
        did: 'Had another program store ".metadata.json" and "folder/.hidden", and listed',
        rule: 'foreign',
      });
    },
    { needs: ['putForeign'] },
  ),
];
