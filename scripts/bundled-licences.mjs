// The licences of packages whose code is in a bundle: their texts have to come along.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const permitted = new Set(['MIT', 'ISC', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause']);
const licenceFile = /^(licen[cs]e|copyrightnotice|notice)/i;

/** The folder of the npm package that a module belongs to; `undefined` for our own. */
function packageFolder(module) {
  return /^(?:\0)?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(module)?.[1];
}

/** One text with the licence of each package among these modules. Throws if one has none, or one that does not permit this. */
export function licencesOf(modules) {
  const folders = [...new Set(modules.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  return folders.map(licenceOf).join('\n');
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!permitted.has(license)) throw new Error(`${name} is bundled, and its licence ${license} is not among those that may be`);
  const texts = readdirSync(folder).filter((file) => licenceFile.test(file) && /\.(txt|md)$|^[^.]*$/i.test(file));
  if (texts.length === 0) throw new Error(`${name} is bundled, and has no file with its licence`);
  return `${name} ${version} (${license})\n\n${texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')}\n`;
}
