import { expectCode, expectEqual } from '../../expectation/expect.js';
import { openSession } from '../../session.js';
import { harmlessCheck } from '../define-check.js';

export const deleteChecks = [
  harmlessCheck('write/delete', 'what is deleted is gone, and nothing else is', async (bench) => {
    const session = await openSession(bench);
    const others = ['a/b-c', 'a/bc', 'a/d/e', 'ab'];
    for (const key of ['a/b', ...others]) await session.put(key, key);
    await session.remove('a/b');
    const did = `Stored "a/b" and ${others.map((key) => `"${key}"`).join(', ')}, and deleted "a/b"`;
    expectEqual(await session.keys(), others, { did: `${did}; listed`, rule: 'deleted' });
    expectEqual(await session.head('a/b'), undefined, { did: `${did}; asked head for it`, rule: 'head' });
    await expectCode(session.read('a/b'), 'not-found', { did: `${did}; read it`, rule: 'notFound' });
  }),

  harmlessCheck('write/delete-missing', 'deleting what is not there succeeds', async (bench) => {
    const session = await openSession(bench);
    await session.put('there', 'x');
    for (const key of ['nothing', 'no/such/folder', 'ther', 'there/below']) await session.remove(key);
    await session.remove('there');
    await session.remove('there');
    expectEqual(await session.keys(), [], { did: 'Deleted "there" twice and listed', rule: 'deleted' });
  }),

  harmlessCheck('write/again', 'the key of a deleted object is free again, also for a folder', async (bench) => {
    const session = await openSession(bench);
    for (const content of ['first', 'second']) {
      await session.put('a/b/c', content);
      const did = `Stored "a/b/c", deleted it and stored it anew`;
      expectEqual((await session.read('a/b/c')).toString(), content, { did, rule: 'replaces' });
      await session.remove('a/b/c');
    }
    await session.put('a/b', 'was a folder');
    expectEqual(await session.keys(), ['a/b'], { did: 'Deleted "a/b/c", stored "a/b" and listed', rule: 'deleted' });
  }),
];
