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
  return folders.map((folder) => licenceOf(folder, folders)).join('\n');
}

function licenceOf(folder, folders) {
  const { name, version, license, repository } = manifestOf(folder);
  if (!permitted.has(license)) throw new Error(`${name} is bundled, and its licence ${license} is not among those that may be`);
  // A repository of many packages may have forgotten the file in one of them.
  const isTwin = (other) => manifestOf(other).license === license && manifestOf(other).repository?.url === repository?.url;
  const texts = [folder, ...folders.filter((other) => repository?.url !== undefined && isTwin(other))]
    .map(textsIn)
    .find((found) => found.length > 0);
  if (texts === undefined) throw new Error(`${name} is bundled, and has no file with its licence`);
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function textsIn(folder) {
  const files = readdirSync(folder).filter((file) => licenceFile.test(file) && /\.(txt|md)$|^[^.]*$/i.test(file));
  return files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
}
