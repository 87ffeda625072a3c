import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../package.fixture.js';
import { hasPermissionModel, permissionFlags } from './permission-flags.js';

const options = { platform: 'linux' as const, read: ['/package'], write: ['/state'], network: true };

test.each([
  ['20.19.0', undefined],
  ['20.20.0', '--experimental-permission'],
  ['22.13.0', undefined],
  ['22.21.0', '--permission'],
  ['23.11.0', undefined],
  ['24.11.0', undefined],
  ['24.12.0', '--permission'],
  ['26.0.0', '--permission'],
])('Node %s is given %s', (nodeVersion, flag) => {
  expect(permissionFlags({ ...options, nodeVersion })[0]).toBe(flag);
});

test('paths are granted with all below them, and what can be written can be read', () => {
  expect(permissionFlags({ ...options, nodeVersion: '24.12.0' })).toEqual([
    '--permission',
    '--allow-fs-read=/package/*',
    '--allow-fs-read=/state/*',
    '--allow-fs-read=/proc/self/stat',
    '--allow-fs-read=/proc/sys/kernel/random/boot_id',
    '--allow-fs-write=/state/*',
  ]);
});

test('from Node 25 on, only who asked for the network gets it', () => {
  expect(permissionFlags({ ...options, nodeVersion: '25.0.0' })).toContain('--allow-net');
  expect(permissionFlags({ ...options, nodeVersion: '25.0.0', network: false })).not.toContain('--allow-net');
});

test('no path is given twice, and none that is a part of another one: Node takes them wrong', () => {
  const read = ['/a/b', '/a', '/mnt/backup2/x', '/mnt/backup', '/state/x'];
  const flags = permissionFlags({ ...options, nodeVersion: '20.20.0', read, write: ['/state', '/state'] });
  expect(flags.filter((flag) => /read|write/.test(flag) && !flag.includes('/proc/'))).toEqual([
    '--allow-fs-read=/a/*',
    '--allow-fs-read=/mnt/backup*',
    '--allow-fs-read=/state/*',
    '--allow-fs-write=/state/*',
  ]);
});

test.runIf(hasPermissionModel(process.versions.node))(
  'what is granted works in this Node, the folder itself included, and what is beside it does not',
  async () => {
    const folder = await temporaryFolder();
    const names = ['one', 'two/deep', 'mnt/backup', 'mnt/backup2', 'two-more'];
    const granted = names.map((name) => join(folder, name));
    for (const path of granted) await mkdir(path, { recursive: true });
    const { platform, versions } = process;
    const flags = permissionFlags({ nodeVersion: versions.node, platform, read: [...granted, ...granted], write: granted, network: false });
    const asked = [
      ...granted,
      ...granted.map((path) => join(path, 'below')),
      folder,
      join(folder, 'two'),
      join(folder, 'on'),
      join(folder, 'one2'),
    ];
    const script = `console.log(JSON.stringify(${JSON.stringify(asked)}.map((path) => process.permission.has('fs.write', path))))`;
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', script]);
    expect(JSON.parse(stdout)).toEqual([...Array<boolean>(10).fill(true), false, false, false, false]);
  },
);
