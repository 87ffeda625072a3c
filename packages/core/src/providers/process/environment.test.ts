import { expect, test } from 'vitest';
import { providerEnvironment } from './environment.js';

const from = {
  PATH: '/bin',
  HOME: '/home/ada',
  LANG: 'de_AT.UTF-8',
  LC_TIME: 'C',
  NODE_OPTIONS: '--require /evil.cjs',
  HOLDFAST_KEY: 'a key',
  AWS_SECRET_ACCESS_KEY: 'another',
  https_proxy: 'http://ada:password@proxy',
  NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
};

test('a process gets its own home, the language and the path, and nothing else of the host', () => {
  const environment = providerEnvironment({ from, platform: 'linux', stateFolder: '/state', network: false });
  expect(environment).toEqual({ PATH: '/bin', LANG: 'de_AT.UTF-8', LC_TIME: 'C', HOME: '/state', TMPDIR: '/state' });
});

test('proxies and certificates are for who asked for the network', () => {
  const environment = providerEnvironment({ from, platform: 'linux', stateFolder: '/state', network: true });
  expect(environment).toMatchObject({ https_proxy: 'http://ada:password@proxy', NODE_EXTRA_CA_CERTS: '/etc/ca.pem' });
  expect(JSON.stringify(environment)).not.toMatch(/evil|key/);
});

test('Windows needs its own, however they are spelled', () => {
  const environment = providerEnvironment({
    from: { SystemRoot: 'C:\\Windows', Path: 'C:\\bin', Secret: 's' },
    platform: 'win32',
    stateFolder: 'C:\\state',
    network: false,
  });
  expect(environment).toEqual({
    SystemRoot: 'C:\\Windows',
    Path: 'C:\\bin',
    USERPROFILE: 'C:\\state',
    TEMP: 'C:\\state',
    TMP: 'C:\\state',
  });
});
