/** Both parts of `source:path`; the path without slashes at its ends. */
export function parseSourcePath(asked: string): { readonly source: string | undefined; readonly path: string } {
  const [, source, rest] = /^(?:([a-z0-9][a-z0-9_/-]*):)?(.*)$/s.exec(asked) ?? [undefined, undefined, asked];
  return { source: source === undefined ? undefined : memberForm(source), path: trimmedPath(rest ?? asked) };
}

/** Without slashes at its ends; `''` for the folder itself. */
export function trimmedPath(asked: string): string {
  const path = asked.replace(/^(\.?\/)+|\/+$/g, '');
  return path === '.' ? '' : path;
}

/** `addons/local` is stored as `addons_local`. */
export function memberForm(source: string): string {
  return source.replaceAll('/', '_');
}
