// Lock files: none may name a registry's host (a clone must install from whatever registry its user has), and each must be
// complete for every platform. npm 10 writes locks without the binaries of other platforms and does not notice; npm 11 and 12
// then refuse to install, and a Mac finds a tool without its binary.
import { readFileSync } from 'node:fs';
import { workspace } from './workspace.mjs';

/** The lock entry that `name` resolves to for the package at `from`: the nearest node_modules upwards, as Node looks. */
function resolveInLock(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === '') return undefined;
  }
}

function problemsOf(file) {
  const text = readFileSync(new URL(file, workspace), 'utf8');
  const problems = [];
  const hosts = text.match(/"resolved": "(?:https?|git|ssh)[^"]*"/g) ?? [];
  if (hosts.length > 0) problems.push(`${file}: ${hosts.length} entries name a host, the first is ${hosts[0]}`);
  const { packages } = JSON.parse(text);
  for (const [place, entry] of Object.entries(packages)) {
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const name of Object.keys(wanted)) {
      if (resolveInLock(packages, place, name) === undefined)
        problems.push(`${file}: ${place || 'the root'} needs ${name}, which has no entry`);
    }
    if (place.includes('node_modules/') && !entry.link && !entry.inBundle && !entry.integrity)
      problems.push(`${file}: ${place} has no integrity`);
  }
  return problems;
}

const problems = ['package-lock.json', 'tools/package-lock.json'].flatMap(problemsOf);
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error('Pin a version whose packages all exist, and install with the .npmrc of this repository.');
  process.exitCode = 1;
}
