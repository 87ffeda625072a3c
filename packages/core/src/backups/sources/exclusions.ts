import ignore, { type Ignore } from 'ignore';

/** Decides what of a source is left out. Paths are relative to the source, with `/`, without one at either end. */
export interface Exclusions {
  excludes(path: string, isFolder: boolean): boolean;
  /** Adds the rules of an ignore file that lies in `folder` (`''` for the source itself). */
  addRules(folder: string, rules: string): void;
}

/** Folders may bring their own rules in a file of this name, with the syntax of a .gitignore file. */
export const ignoreFileName = '.holdfastignore';

/**
 * Exclusions by .gitignore rules: those of the source first, then those of ignore files on the way down; the deepest file that says anything about
 * a path decides, so that a folder may also take back in (`!keep`) what a rule above it leaves out.
 */
export function createExclusions(patterns: readonly string[]): Exclusions {
  const rulesByFolder = new Map<string, Ignore[]>();
  const add = (folder: string, matcher: Ignore) => rulesByFolder.set(folder, [...(rulesByFolder.get(folder) ?? []), matcher]);
  if (patterns.length > 0) add('', ignore({ allowRelativePaths: false }).add([...patterns]));

  return {
    addRules(folder, rules) {
      add(folder, ignore().add(rules));
    },
    excludes(path, isFolder) {
      if (rulesByFolder.size === 0) return false;
      for (let folder = parentOf(path); ; folder = parentOf(folder)) {
        const matchers = rulesByFolder.get(folder) ?? [];
        for (let index = matchers.length - 1; index >= 0; index -= 1) {
          const matcher = matchers[index];
          if (matcher === undefined) continue;
          const below = folder === '' ? path : path.slice(folder.length + 1);
          const { ignored, unignored } = matcher.test(isFolder ? `${below}/` : below);
          if (ignored) return true;
          if (unignored) return false;
        }
        if (folder === '') return false;
      }
    },
  };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
