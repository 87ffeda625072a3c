import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestWith, memorySource, refusalOf, temporaryFolder, writePackage } from '../../providers/package.fixture.js';
import { dataDirectory } from '../data-directory.fixture.js';
import { fieldErrorsOf } from '../validate-config.js';
import { driveFlow } from './drive-flow.js';
import { missingTexts } from './missing-texts.js';
import { valuesAnswerer } from './values-answerer.js';

const api = fileURLToPath(new URL('../../provider-api/index.ts', import.meta.url));
const page = readFileSync(new URL('../../../../../docs/writing-a-provider.md', import.meta.url), 'utf8');
const [, chapter = ''] = page.split('\n## Config flows\n');

/** The code block that follows the first mention of the file. */
function blockOf(file: string): string {
  const [, after = ''] = chapter.split(`\`${file}\``);
  return /```\w+\n([\s\S]*?)```/.exec(after)?.[1] ?? '';
}

const source = blockOf('src/config-flow.ts');

describe('the config flow in docs/writing-a-provider.md', () => {
  test('satisfies the type checker', async () => {
    const file = join(await temporaryFolder(), 'config-flow.ts');
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      paths: { '@holdfast/core/provider-api': [api] },
    };
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile.bind(host);
    host.readFile = (path) => (path === file ? source : readFile(path));
    const fileExists = host.fileExists.bind(host);
    host.fileExists = (path) => path === file || fileExists(path);
    const program = ts.createProgram([file], options, host);
    const checked = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(checked), ...program.getSemanticDiagnostics(checked)];
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    expect(source).toContain('export const configFlow');
  });

  async function provider() {
    const server = createServer((request, response) => {
      response.statusCode = request.headers.authorization === 'Bearer long enough' ? 200 : 401;
      response.end(JSON.stringify(['photos', 'backups']));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const data = await dataDirectory();
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const errorClass = memorySource.slice(0, memorySource.indexOf('\nglobalThis'));
    const folder = await writePackage(join(data.above, 'bucket'), {
      manifest: manifestWith({ id: 'bucket', label: '%bucket%', configSchema: './schemas/bucket.json' }),
      // An installed package finds the helpers itself; here they would have to be built first.
      source: memorySource
        .replace('configFlow: {', 'configFlow, place, unused: {')
        .replace(errorClass, `import { configFlow, place } from './config-flow.js';\n${errorClass}`),
      files: {
        'config-flow.js': outputText
          .replace(/import \{[^}]*\} from '@holdfast\/core\/provider-api';/, errorClass)
          .replace('super(message); this.code = code; this.field = field;', 'super(message); this.code = code; this.field = field?.field;'),
        'schemas/bucket.json': blockOf('schemas/bucket.json'),
        'package.nls.json': blockOf('package.nls.json'),
      },
    });
    const { port } = server.address() as AddressInfo;
    return { folder, endpoint: `http://127.0.0.1:${port}`, ...(await data.run({ folders: [folder] })) };
  }

  test('asks for the account, offers its buckets, and ends in a location at its place', async () => {
    const { flows, endpoint, configFile, folder } = await provider();
    const first = await flows.start({ kind: 'setup', provider: 'bucket' });
    expect(first.step).toMatchObject({ id: 'account', title: 'Your account', values: { endpoint: 'https://eu.example.com' } });
    const refused = await flows.answer(first.token, { endpoint, token: 'too wrong' });
    expect(refused.step).toMatchObject({ id: 'account', errors: [{ field: 'token', message: 'The service does not take this token.' }] });
    const buckets = await flows.answer(first.token, { endpoint, token: 'long enough' });
    expect(buckets.step).toMatchObject({
      id: 'bucket',
      schema: { properties: { bucket: { title: 'Bucket', enum: ['photos', 'backups'] } } },
    });
    const done = await flows.answer(first.token, { bucket: 'backups', prefix: '/home//' });
    expect(done.step).toMatchObject({ type: 'done', location: { title: 'backups', config: { bucket: 'backups', token: '********' } } });
    expect(configFile.locations()[0]?.place).toEqual({ root: `example:${endpoint.slice('http://'.length)}/backups`, path: 'home' });
    expect(await missingTexts(folder, ['config-flow.js', 'main.js'])).toEqual([]);
  });

  test('is answered from values too', async () => {
    const { flows, endpoint } = await provider();
    const drive = async (values: object) =>
      driveFlow(flows, await flows.start({ kind: 'setup', provider: 'bucket' }), valuesAnswerer({ ...values }));
    expect((await drive({ endpoint, token: 'long enough', bucket: 'photos' })).step).toMatchObject({ type: 'done' });
    const error = await refusalOf(drive({ endpoint, token: 'long enough', bucket: 'music' }));
    expect(fieldErrorsOf(error)).toEqual([{ field: 'bucket', message: 'Expected one of "photos", "backups", found "music".' }]);
  });
});
