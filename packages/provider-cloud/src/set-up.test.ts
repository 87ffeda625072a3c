import { createServer } from 'node:http';
import { once } from 'node:events';
import { inspect } from 'node:util';
import type { FieldError, FlowInput, FormStep, JsonRecord } from '@holdfast/core/provider-api';
import { type Fault, startFaultProxy } from '@holdfast/provider-kit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasServer, openCloud, serverOfFile, settingsFor, validate } from './cloud.fixture.js';
import { nextStep } from './next-step.js';

const { signal } = new AbortController();
const start: FlowInput = { kind: 'setup', step: 'start', answer: {}, state: null };

async function formAfter(input: FlowInput): Promise<FormStep> {
  const { step } = await nextStep(input);
  if (step.type !== 'form') throw new Error(`A form was expected, and ${step.type} came.`);
  return step;
}

function namesOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

describe('the steps of a set-up', () => {
  test('the service comes first, Cloudflare before the others, and then what that one needs', async () => {
    const { step } = await nextStep(start);
    expect(step).toMatchObject({ type: 'menu', id: 'service' });
    expect(step.type === 'menu' && step.options.map(({ id }) => id)).toEqual(['r2', 'aws', 'aws-role', 'b2', 'minio', 'ceph', 'other']);
    const needed = async (choice: string) => (await formAfter({ ...start, step: 'service', answer: { choice } })).schema?.['required'];
    const key = ['accessKeyId', 'secretAccessKey', 'bucket'];
    expect(await needed('r2')).toEqual(['accountId', ...key]);
    expect(await needed('b2')).toEqual(['region', ...key]);
    expect(await needed('aws-role')).toEqual(['region', 'bucket']);
    expect(await needed('minio')).toEqual(['endpoint', ...key]);
  });

  const answer = {
    accountId: '0'.repeat(32),
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    bucket: 'backups',
    keep: 2,
    maxBackupSize: '7 GB',
  };

  test('the end has all settings, and the bucket as title', async () => {
    const { step } = await nextStep({ ...start, step: 'settings', state: 'r2', answer });
    expect(step).toEqual({ type: 'done', title: 'backups', config: { service: 'r2', ...answer } });
  });

  test('what is wrong as it stands is said at its field, before the service is asked', async () => {
    const form = await formAfter({ ...start, step: 'settings', state: 'r2', answer: { ...answer, accountId: 'short', prefix: '/a' } });
    expect(form.errors?.map(({ field }) => field)).toEqual(['accountId', 'prefix']);
    expect(form.values).toMatchObject({ accountId: 'short', bucket: 'backups' });
    expect(JSON.stringify(form.values)).not.toContain('"secret"');
  });

  test('other settings start from those of today, and the secret stays if none is given', async () => {
    const current = { service: 'r2', ...answer };
    const change = { ...start, kind: 'reconfigure' as const, current };
    const form = await formAfter(change);
    expect(form.values).toMatchObject({ bucket: 'backups', keep: 2 });
    expect(form.schema?.['required']).not.toContain('secretAccessKey');
    const { secretAccessKey: _, ...shown } = answer;
    const { step } = await nextStep({ ...change, step: 'settings', state: 'r2', answer: { ...shown, keep: 3 } });
    expect(step).toMatchObject({ type: 'done', config: { ...current, keep: 3 } });
  });

  test('new credentials are asked for alone, and not at all where the machine has its own', async () => {
    const current = { service: 'r2', ...answer };
    const renew = { ...start, kind: 'reauth' as const, current };
    expect(namesOf((await formAfter(renew)).schema?.['properties'])).toEqual(['accessKeyId', 'secretAccessKey']);
    const { step } = await nextStep({ ...renew, step: 'credentials', answer: { accessKeyId: 'new', secretAccessKey: 'newer' } });
    expect(step).toMatchObject({ type: 'done', config: { ...current, accessKeyId: 'new', secretAccessKey: 'newer' } });
    const role = { service: 'aws-role', region: 'eu-west-1', bucket: 'backups' };
    expect(await nextStep({ ...renew, current: role })).toMatchObject({ step: { type: 'done', config: role } });
  });
});

describe.skipIf(!hasServer)('settings that are tried', () => {
  const file = serverOfFile();
  const messages = (errors: readonly FieldError[]) => errors.map(({ field, message }) => [field, message]);

  async function settingsOfNewBucket() {
    return settingsFor(file.s3, await file.s3.createBucket());
  }

  test('are taken, and leave nothing behind', async () => {
    const settings = await settingsOfNewBucket();
    expect(await validate({ ...settings, prefix: 'a b/ü' })).toEqual([]);
    expect(await file.s3.contents(settings.bucket)).toMatchObject({ objects: [], uploads: [], hidden: [] });
  });

  test.each<[string, JsonRecord, string, string]>([
    ['an unknown key', { accessKeyId: 'UNKNOWN' }, 'accessKeyId', '%cloud.key.unknown%'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'secretAccessKey', '%cloud.secret.wrong%'],
    ['a bucket that is not there', { bucket: 'not-there-4711' }, 'bucket', '%cloud.bucket.missing%'],
    ['an address where nobody is', { endpoint: 'http://127.0.0.1:9' }, 'endpoint', '%cloud.unreachable%'],
    ['a name that is nobody’s', { endpoint: 'http://s3.invalid' }, 'endpoint', '%cloud.unreachable%'],
  ])('%s is named', async (_, wrong, field, message) => {
    expect(messages(await validate({ ...(await settingsOfNewBucket()), ...wrong }))).toEqual([[field, message]]);
  });

  test('an address that has no TLS is named', async () => {
    const settings = await settingsOfNewBucket();
    const endpoint = settings.endpoint.replace('http:', 'https:');
    expect(messages(await validate({ ...settings, endpoint }))).toEqual([['endpoint', '%cloud.not-secure%']]);
  });

  test.each([
    ['list', ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], 'bucket'],
    ['write', ['s3:ListBucket', 's3:GetObject', 's3:DeleteObject'], 'accessKeyId'],
    ['delete', ['s3:ListBucket', 's3:PutObject', 's3:GetObject'], 'accessKeyId'],
  ])('a key that may not %s is told so', async (right, actions, field) => {
    const bucket = await file.s3.createBucket();
    const user = await file.s3.createUser({ bucket, actions });
    const settings = { ...settingsFor(file.s3, bucket), ...user };
    expect(messages(await validate(settings))).toEqual([[field, `%cloud.denied.${right}%`]]);
  });

  test.each<[string, Fault, string, string, object]>([
    [
      'another region',
      answer(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'eu-west-7' }),
      'region',
      '%cloud.region.other%',
      { region: 'eu-west-7' },
    ],
    [
      'a page for people',
      { status: 200, body: '<html>Hello</html>', headers: { 'content-type': 'text/html' } },
      'endpoint',
      '%cloud.not-s3%',
      {},
    ],
    ['a key that may not read', answer(403, 'AccessDenied', {}), 'accessKeyId', '%cloud.denied.read%', {}],
    ['an error that is none of S3', { status: 418, body: '<html>' }, 'endpoint', '%cloud.not-s3%', {}],
  ])('%s is named', async (_, fault, field, message, placeholders) => {
    const settings = await settingsOfNewBucket();
    await using proxy = await startFaultProxy({ upstream: file.s3 });
    const match = message === '%cloud.denied.read%' ? { method: 'GET', path: /\/\.holdfast-check-/ } : {};
    proxy.set([{ match, fault }]);
    const errors = await validate({ ...settings, endpoint: `http://${proxy.host}:${proxy.port}` });
    expect(errors).toMatchObject([{ field, message, placeholders }]);
  });

  test('credentials are not sent where an answer leads', async () => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void elsewhere.close());
    await once(elsewhere, 'listening');
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const settings = await settingsOfNewBucket();
    await using proxy = await startFaultProxy({ upstream: file.s3 });
    proxy.set([{ fault: { redirect: `http://127.0.0.1:${port}/` } }]);
    const errors = await validate({ ...settings, endpoint: `http://${proxy.host}:${proxy.port}` });
    expect(messages(errors)).toEqual([['endpoint', '%cloud.redirect%']]);
    expect(asked).toEqual([]);
  });

  test('a role that the machine doesn’t have is told so', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://127.0.0.1:9');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { endpoint, bucket } = await settingsOfNewBucket();
    const settings = { service: 'aws-role', region: 'us-east-1', endpoint, pathStyle: true, bucket };
    expect(messages(await validate(settings))).toEqual([['base', '%cloud.role.missing%']]);
  });

  test('a role of the machine is used', async () => {
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = file.s3;
    const metadata = createServer((request, response) => {
      const role = {
        Code: 'Success',
        Type: 'AWS-HMAC',
        AccessKeyId,
        SecretAccessKey,
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      };
      const isRole = request.url?.endsWith('/a-role') === true;
      response.end(request.method === 'PUT' ? 'token' : isRole ? JSON.stringify({ ...role, Token: '' }) : 'a-role');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void metadata.close());
    await once(metadata, 'listening');
    const address = metadata.address();
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const bucket = await file.s3.createBucket();
    expect(await validate({ service: 'aws-role', region: 'us-east-1', endpoint: file.s3.endpoint, pathStyle: true, bucket })).toEqual([]);
  });

  test('a clock that is wrong is corrected, and told', async () => {
    const settings = await settingsOfNewBucket();
    const location = await openCloud(settings);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await location.check({ signal })).toEqual([
      { id: 'clock-wrong', message: '%cloud.notice.clock-fast%', placeholders: { minutes: '60' } },
    ]);
  });

  test('neither errors nor the log hold the secret', async () => {
    const settings = { ...(await settingsOfNewBucket()), secretAccessKey: 'TOPSECRET', bucket: 'not-there-4711' };
    const location = await openCloud(settings);
    const calls: Promise<unknown>[] = [
      location.head('a', { signal }),
      location.get('a', { signal }),
      location.check({ signal }),
      location.delete('a', { signal }),
    ];
    const errors = await Promise.all(calls.map((call) => call.then(() => undefined).catch((error: unknown) => error)));
    expect(errors).toMatchObject(calls.map(() => ({ code: 'auth-failed' })));
    expect(inspect([errors, location.lines], { depth: 9, showHidden: true })).not.toMatch(/TOPSECRET|AWS4-HMAC/);
  });
});

function answer(status: number, code: string, headers: Readonly<Record<string, string>>): Fault {
  return { status, headers: { ...headers, 'content-type': 'application/xml' }, body: `<Error><Code>${code}</Code></Error>` };
}
