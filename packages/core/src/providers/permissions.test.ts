import { expect, test } from 'vitest';
import { permissionsBeyond } from './permissions.js';

test.each<[string[], string[], string[]]>([
  [['api.example.com'], [], ['api.example.com']],
  [['api.example.com'], ['api.example.com'], []],
  [['API.Example.com'], ['api.example.com'], []],
  [['a.b.example.com', '*.b.example.com'], ['*.example.com'], []],
  [['example.com', '*.example.com'], ['*.example.com'], ['example.com']],
  [['*.com'], ['*.example.com'], ['*.com']],
  [['notexample.com'], ['*.example.com'], ['notexample.com']],
  [['*'], ['*.com'], ['*']],
  [['*', 'x'], ['*'], []],
])('of the hosts %j, with %j granted, there is to ask for %j', (asked, granted, beyond) => {
  const none = { filesystem: 'none' } as const;
  expect(permissionsBeyond({ network: asked, ...none }, { network: granted, ...none })).toEqual({ network: beyond, ...none });
});

test('files are granted once', () => {
  const asks = { network: [], filesystem: 'config' } as const;
  expect(permissionsBeyond(asks, { network: [], filesystem: 'none' }).filesystem).toBe('config');
  expect(permissionsBeyond(asks, asks).filesystem).toBe('none');
});
