import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { repository } from './holdfast.fixture.js';

const page = readFileSync(join(repository, 'docs/writing-a-provider.md'), 'utf8');

/** The code block of docs/writing-a-provider.md that follows the first mention of the file in a chapter. */
function docsBlock(chapter: string, file: string): string {
  const [, text = ''] = page.split(`\n## ${chapter}\n`);
  const [, after = ''] = text.split(`\`${file}\``);
  const [, block] = /```\w+\n([\s\S]*?)```/.exec(after) ?? [];
  if (block === undefined) throw new Error(`The chapter "${chapter}" has no code block for ${file}.`);
  return block;
}

/** Writes the page's complete provider into the folder, and builds it. Returns what the type checker says. */
export function writeDocsProvider(folder: string): readonly string[] {
  for (const file of ['package.json', 'schemas/shelf.json', 'src/index.ts', 'tsconfig.json']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), docsBlock('A complete provider', file));
  }
  writeFileSync(join(folder, 'conformance.subject.js'), docsBlock('Trying it', 'conformance.subject.js'));
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const typeRoots = [join(repository, 'node_modules/@types')];
  const paths = { '@holdfast/core/provider-api': [join(repository, 'packages/core/dist/provider-api/index.d.ts')] };
  const program = ts.createProgram(fileNames, { ...options, typeRoots, paths });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}
