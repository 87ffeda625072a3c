import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../packages/core/src/host/notifications/certificate.fixture.js';
import { type MailReceiver, receiveMail, receiveWeb, type WebReceiver } from '../packages/core/src/host/notifications/receivers.fixture.js';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

const tls = makeCertificate();
const account = { user: 'ada', password: 'correct-horse-battery' };
const token = 'tok-8c1f44e2';
let cli: CommandLine;
let hook: WebReceiver;
let pings: WebReceiver;
let mail: MailReceiver;

beforeAll(async () => {
  [cli, hook, pings, mail] = await Promise.all([createCommandLine(), receiveWeb(tls), receiveWeb(), receiveMail({ tls, account })]);
  await mkdir(join(cli.root, 'docs'));
  await writeFile(join(cli.root, 'docs', 'secret-diary.txt'), 'dear diary');
  await writeFile(join(cli.root, 'ca.pem'), tls.cert);
  await cli.run(['init']);
  await cli.run(['location', 'add', 'local', '--path', join(cli.root, 'nas'), '--title', 'NAS']);
  await cli.run(['job', 'add', 'docs', '--title', 'Nightly']);
  await cli.run(['kit', 'save', cli.root]);
});

afterAll(async () => {
  for (const each of [hook, pings, mail, cli]) await each?.[Symbol.asyncDispose]();
});

const ok = { code: 0 };

test('every kind is added without a secret in an argument, tested, and listed without one', async () => {
  const env = { HOLDFAST_NOTIFICATION_URL: `${hook.url}/${token}` };
  expect(await cli.run(['notification', 'add', 'webhook', '--runs', 'all', '--ca-file', 'ca.pem'], { env })).toMatchObject(ok);
  const mailOptions = [
    '--host',
    'localhost',
    '--port',
    `${mail.port}`,
    '--user',
    account.user,
    '--from',
    'a@example.org',
    '--to',
    'b@example.org',
  ];
  const password = ['--password-file', '-', '--ca-file', 'ca.pem'];
  expect(await cli.run(['notification', 'add', 'email', ...mailOptions, ...password], { stdin: account.password })).toMatchObject(ok);
  await writeFile(join(cli.root, 'ping.txt'), `${pings.url}/${token}\n`);
  expect(await cli.run(['notification', 'add', 'ping', '--url-file', 'ping.txt', '--job', 'nightly'])).toMatchObject(ok);
  const script = 'cat >> told.jsonl';
  expect(await cli.run(['notification', 'add', 'command', '--issues', 'error', '--', 'sh', '-c', script])).toMatchObject(ok);
  for (const title of ['Webhook', 'E-mail', 'Ping', 'Command']) expect(await cli.run(['notification', 'test', title])).toMatchObject(ok);
  expect([hook.received[0]?.path, pings.received[0]?.path, mail.received[0]?.secure]).toEqual([`/${token}`, `/${token}`, true]);
  const listed = await cli.run(['notification', 'list', '--json']);
  const shown = await cli.run(['notification', 'show', 'E-mail']);
  const stored = await readFile(join(cli.dataDir, 'config.json'), 'utf8');
  for (const text of [listed.out, shown.out, stored]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(account.password);
  }
});

test('a job that fails is told in every way at the end of the command, and so is that it works again', async () => {
  for (const receiver of [hook, pings, mail]) receiver.received.length = 0;
  await rm(join(cli.root, 'told.jsonl'));
  await rename(join(cli.root, 'nas'), join(cli.root, 'unmounted'));
  await writeFile(join(cli.root, 'nas'), 'in the way');
  expect(await cli.run(['job', 'run', 'Nightly'])).toMatchObject({ code: 1 });
  expect(pings.received.map(({ path }) => path)).toEqual([`/${token}/fail`]);
  expect(mail.received[0]?.text).toContain('Nightly');
  expect(JSON.parse(hook.received[0]?.body ?? '')).toMatchObject({
    severity: 'error',
    events: expect.arrayContaining([expect.objectContaining({ type: 'run-ended' })]) as unknown,
  });
  expect(await readFile(join(cli.root, 'told.jsonl'), 'utf8')).toContain('backup-failed');
  expect(await cli.run(['issues', 'list'])).toMatchObject({ code: 1 });

  await rm(join(cli.root, 'nas'));
  await rename(join(cli.root, 'unmounted'), join(cli.root, 'nas'));
  expect(await cli.run(['issues', 'fix', 'backup-failed', '--yes'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('fixed') as unknown,
  });
  expect(pings.received.at(-1)?.path).toBe(`/${token}`);
  expect(mail.received.at(-1)?.text).toContain('Solved');
  const all = JSON.stringify([hook.received, pings.received, mail.received]);
  expect(all).not.toContain('secret-diary');
  expect(all).not.toContain(cli.root);
});

test('what only its user can mend is shown with its commands, and what can not be delivered is seen in the list', async () => {
  hook.answer(500);
  const job = ['job', 'change', 'Nightly', '--plain-at', 'NAS'];
  expect(await cli.run(job)).toMatchObject(ok);
  const fix = await cli.run(['issues', 'fix', 'encryption-off', '--yes']);
  expect(fix).toMatchObject({ code: 3, out: expect.stringContaining('$ holdfast job change') as unknown });
  const list = await cli.run(['notification', 'list']);
  expect(list).toMatchObject({ code: 3, out: expect.stringContaining('failed: it answers with 500') as unknown });
  expect(await cli.run(['notification', 'test', 'Webhook'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('it answers with 500') as unknown,
  });
  expect(await cli.run(['notification', 'remove', 'Webhook', '--yes'])).toMatchObject(ok);
  expect(await readFile(join(cli.dataDir, 'secrets.json'), 'utf8')).not.toContain(hook.url);
  expect(await cli.run(['notification', 'list'])).toMatchObject(ok);
});

test('an address without TLS on another machine, and what does not belong to a kind, are refused', async () => {
  const env = { HOLDFAST_NOTIFICATION_URL: `http://hooks.example.org/${token}` };
  const refused = await cli.run(['notification', 'add', 'webhook'], { env });
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('without TLS') as unknown });
  expect(refused.err).not.toContain(token);
  expect(await cli.run(['notification', 'change', 'Command', '--host', 'x'])).toMatchObject({ code: 1 });
  expect(await cli.run(['notification', 'add', 'webhook'])).toMatchObject({ code: 2 });
});
