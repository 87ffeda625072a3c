import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from './certificate.fixture.js';
import { composeMessage } from './message.js';
import type { News } from './news.js';
import type { EmailTarget } from './notification.js';
import { receiveMail, receiveWeb } from './receivers.fixture.js';
import { sendCommand } from './send-command.js';
import { sendEmail } from './send-email.js';
import { sendPing } from './send-ping.js';
import { sendWebhook, signatureHeader } from './send-webhook.js';

const { signal } = new AbortController();
const news: News = {
  id: 'n1',
  kind: 'issue-raised',
  at: '2026-03-01T05:00:00.000Z',
  subject: 'quota-exceeded:b2-1',
  severity: 'error',
  title: '"B2" takes no more.',
  text: 'What to do: `holdfast issues show quota-exceeded:b2-1`.',
  data: { issue: { code: 'quota-exceeded' } },
};
const message = composeMessage({ id: 'i', name: 'engine' }, [news], new Date('2026-03-01T05:00:01Z'));

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a webhook gets the message as JSON over TLS, signed with the time', async () => {
  const tls = makeCertificate();
  await using server = await receiveWeb(tls);
  await sendWebhook(message, { secrets: { url: `${server.url}/hook?token=t0ken`, signingSecret: 'hush' }, ca: [tls.cert], signal });
  const [request] = server.received;
  expect(request).toMatchObject({ method: 'POST', path: '/hook?token=t0ken', headers: { 'content-type': 'application/json' } });
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    holdfast: 1,
    instance: { name: 'engine' },
    severity: 'error',
    title: '"B2" takes no more.',
    events: [{ type: 'issue-raised', issue: { code: 'quota-exceeded' } }],
  });
  const [, seconds = '', given] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(request?.headers[signatureHeader])) ?? [];
  expect(given).toBe(
    createHmac('sha256', 'hush')
      .update(`${seconds}.${request?.body ?? ''}`)
      .digest('hex'),
  );
});

test('a webhook whose certificate nobody vouches for gets nothing', async () => {
  await using server = await receiveWeb(makeCertificate());
  await expect(sendWebhook(message, { secrets: { url: server.url }, signal })).rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  expect(server.received).toEqual([]);
});

test('a redirect is not followed, and a refusal is a failure', async () => {
  await using server = await receiveWeb();
  await using elsewhere = await receiveWeb();
  server.answer(307, { location: elsewhere.url });
  await expect(sendWebhook(message, { secrets: { url: server.url }, signal })).rejects.toThrow('a redirect (307)');
  server.answer(500);
  await expect(sendWebhook(message, { secrets: { url: server.url }, signal })).rejects.toThrow('it answers with 500');
  expect(elsewhere.received).toEqual([]);
});

test('a server that never answers is given up on when it is time', async () => {
  await using server = await receiveWeb();
  server.answer('never');
  const limit = new AbortController();
  const abort = async () => {
    while (server.received.length === 0) await sleep(5);
    limit.abort();
  };
  const [outcome] = await Promise.allSettled([sendWebhook(message, { secrets: { url: server.url }, signal: limit.signal }), abort()]);
  expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
});

test('a ping asks for the URL, for /start and for /fail, and keeps what stands behind them', async () => {
  await using server = await receiveWeb();
  const options = { secrets: { url: `${server.url}/ping/0123/?key=k` }, signal };
  const ping = { type: 'ping', origin: server.url, start: true, fail: true, plain: false } as const;
  await sendPing({ ...ping, method: 'POST' }, { ...news, kind: 'run-started', severity: 'info' }, options);
  await sendPing({ ...ping, method: 'POST' }, { ...news, kind: 'run-ended', severity: 'error' }, options);
  await sendPing({ ...ping, method: 'GET' }, { ...news, kind: 'run-ended', severity: 'info' }, options);
  expect(server.received.map(({ method, path, body }) => [method, path, body === ''])).toEqual([
    ['POST', '/ping/0123/start?key=k', false],
    ['POST', '/ping/0123/fail?key=k', false],
    ['GET', '/ping/0123/?key=k', true],
  ]);
});

const account = { user: 'ada', password: 'correct horse' };
const email = (port: number, changes: Partial<EmailTarget> = {}): EmailTarget => ({
  type: 'email',
  host: 'localhost',
  port,
  security: 'starttls',
  from: 'Holdfast <backup@example.org>',
  to: ['ada@example.org', 'charles@example.org'],
  plain: false,
  ...changes,
});

test.each([
  ['STARTTLS', 'starttls', false],
  ['TLS from the first byte', 'tls', true],
] as const)('e-mail goes through %s, with a log-in, to everybody', async (_name, security, implicitTls) => {
  const tls = makeCertificate();
  await using server = await receiveMail({ tls, implicitTls, account });
  const options = { secrets: { password: account.password }, ca: [tls.cert], signal };
  await sendEmail(email(server.port, { security, user: account.user }), message, options);
  expect(server.received).toMatchObject([{ from: 'backup@example.org', to: ['ada@example.org', 'charles@example.org'], secure: true }]);
  expect(server.received[0]?.text).toContain('Subject: =?UTF-8?Q?=5BHoldfast_engine=5D_=22B2=22_takes_no_?=');
  expect(server.received[0]?.text).toContain('Auto-Submitted: auto-generated');
});

test('e-mail is not sent where the server offers no TLS or a certificate that nobody vouches for', async () => {
  await using without = await receiveMail({});
  await expect(sendEmail(email(without.port), message, { secrets: {}, signal })).rejects.toThrow(/STARTTLS/);
  await using unknown = await receiveMail({ tls: makeCertificate() });
  await expect(sendEmail(email(unknown.port), message, { secrets: {}, signal })).rejects.toThrow(/self-signed/);
  expect([...without.received, ...unknown.received]).toEqual([]);
});

test('a title that is meant to add a header to an e-mail adds none', async () => {
  await using server = await receiveMail({});
  const sly = composeMessage({ id: 'i', name: 'engine' }, [{ ...news, title: 'x\r\nBcc: eve@example.org\r\n\r\nhello' }], new Date());
  await sendEmail(email(server.port, { security: 'none' }), sly, { secrets: {}, signal });
  expect(server.received[0]?.to).toEqual(['ada@example.org', 'charles@example.org']);
  expect(server.received[0]?.text.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m);
});

test('a command gets the message as JSON, and its words as they are', async () => {
  const file = join(makeFolder(), 'got.json');
  const script = 'cat > "$1"; test "$2" = "a; b" -a "$HOLDFAST_SEVERITY" = error';
  await sendCommand({ type: 'command', command: ['sh', '-c', script, 'sh', file, 'a; b'], timeLimit: 60 }, message, signal);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ holdfast: 1, title: '"B2" takes no more.' });
});

test('a command that fails says why, and one that is not there too', async () => {
  const run = (...command: [string, ...string[]]) => sendCommand({ type: 'command', command, timeLimit: 60 }, message, signal);
  await expect(run('sh', '-c', 'echo no such user >&2; exit 3')).rejects.toThrow('it ended with 3: no such user');
  await expect(run('/nowhere/at-all')).rejects.toThrow('there is no such program');
});

test('a command that takes too long is stopped with all that it started', async () => {
  const folder = makeFolder();
  const pidFile = join(folder, 'pid');
  writeFileSync(join(folder, 'run.sh'), `sleep 600 & echo $! > "${pidFile}"; wait`);
  const target = { type: 'command', command: ['sh', join(folder, 'run.sh')], timeLimit: 1 } as const;
  await expect(sendCommand(target, message, signal)).rejects.toThrow('it was stopped after 1 seconds');
  const pid = Number(readFileSync(pidFile, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
