import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../../providers/schema-problem.js';
import { type StringTable, toStringTable } from '../../providers/string-table.js';

/** Something that is wrong with a package's texts. */
export interface TextProblem {
  /** The string table, such as `package.nls.de.json`. */
  readonly file: string;
  readonly key: string;
  /** `missing`: used, and not there. `unused`: nothing uses it. `placeholders`: others than in `package.nls.json`. */
  readonly problem: 'missing' | 'unused' | 'placeholders';
}

const mainTable = 'package.nls.json';

/**
 * Compares the texts that a provider package uses with its string tables: each key that its manifest, its schemas or its code
 * name must be in every table, with the same placeholders. Its code is not run: a key that it puts together is not found.
 *
 * @param sources paths in the package of code that names keys as `%key%`, files or folders
 */
export async function missingTexts(folder: string, sources: readonly string[] = []): Promise<readonly TextProblem[]> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const schemas = await Promise.all(schemaPaths(manifest).map((path) => readFile(join(folder, path), 'utf8')));
  const code = (await Promise.all(sources.map((path) => textsBelow(join(folder, path))))).flat();
  const used = new Set(
    [JSON.stringify(manifest), ...schemas, ...code].flatMap((text) =>
      [...text.matchAll(/["'`]%([\w.-]+)%["'`]/g)].map(([, key = '']) => key),
    ),
  );

  const tables = (await readdir(folder)).filter((name) => /^package\.nls(?:\.[\w-]+)?\.json$/.test(name)).sort();
  const main = await readTable(folder, mainTable);
  const problems = [...used]
    .filter((key) => !Object.hasOwn(main, key))
    .map((key) => ({ file: mainTable, key, problem: 'missing' as const }));
  const unused = Object.keys(main).filter((key) => !used.has(key));
  const translated = await Promise.all(
    tables.filter((name) => name !== mainTable).map(async (file) => translationProblems(file, main, await readTable(folder, file))),
  );
  return [...problems, ...unused.map((key) => ({ file: mainTable, key, problem: 'unused' as const })), ...translated.flat()];
}

function translationProblems(file: string, main: StringTable, table: StringTable): TextProblem[] {
  const problems = Object.entries(main).flatMap(([key, text]): TextProblem[] => {
    const translation = table[key];
    if (translation === undefined) return [{ file, key, problem: 'missing' }];
    return placeholdersOf(translation) === placeholdersOf(text) ? [] : [{ file, key, problem: 'placeholders' }];
  });
  const strange = Object.keys(table).filter((key) => !Object.hasOwn(main, key));
  return [...problems, ...strange.map((key): TextProblem => ({ file, key, problem: 'unused' }))];
}

function placeholdersOf(text: string): string {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort().join(' ');
}

async function readTable(folder: string, file: string): Promise<StringTable> {
  try {
    return toStringTable(JSON.parse(await readFile(join(folder, file), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** The schemas of a manifest that are files of their own. */
function schemaPaths(manifest: unknown): string[] {
  let value = manifest;
  for (const name of ['holdfast', 'contributes', 'providers']) value = isJsonObject(value) ? value[name] : undefined;
  const types: readonly unknown[] = Array.isArray(value) ? value : [];
  return types.flatMap((type) => (isJsonObject(type) && typeof type['configSchema'] === 'string' ? [type['configSchema']] : []));
}

async function textsBelow(path: string): Promise<string[]> {
  const files = /\.[cm]?[jt]s$/.test(path) ? [path] : (await readdir(path, { recursive: true })).map((name) => join(path, name));
  const code = files.filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.(?:test|fixture)\.ts$|\.d\.ts$/.test(file));
  return Promise.all(code.map((file) => readFile(file, 'utf8')));
}
