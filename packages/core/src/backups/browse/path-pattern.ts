import ignore from 'ignore';

/** A path pattern as in a .gitignore file. The path is relative to its source; `''`, the source's folder, never fits. */
export function pathPattern(pattern: string): (path: string, isFolder: boolean) => boolean {
  // Paths of a hostile archive may begin with `..`, which would be an error.
  const rules = ignore({ allowRelativePaths: true }).add(pattern);
  return (path, isFolder) => path !== '' && rules.ignores(isFolder ? `${path}/` : path);
}
