import ignore from 'ignore';

/** Which entries of a backup are wanted. */
export interface Selection {
  includesSource(source: string): boolean;
  /** `path` as in the source, without the archive's prefix; `''` is the source's folder. */
  includes(source: string, path: string, isFolder: boolean): boolean;
  /** What was asked for and never met: to be read at the end. */
  unmet(): readonly string[];
}

/**
 * A selection by source names and paths. A path is `dir/file` in any source or `source:dir/file`; a folder takes all below it;
 * `*`, `?` and `**` work as in a .gitignore file. No sources or no paths means all.
 */
export function createSelection(sources: readonly string[] = [], paths: readonly string[] = []): Selection {
  const wantedSources = new Map(sources.map((source) => [memberForm(source), { asked: source, met: false }]));
  const wantedPaths = paths.map((asked) => ({ asked, ...parsePath(asked), met: false }));
  return {
    includesSource(source) {
      const wanted = wantedSources.get(source);
      if (wanted !== undefined) wanted.met = true;
      return wantedSources.size === 0 || wanted !== undefined;
    },
    includes(source, path, isFolder) {
      if (wantedPaths.length === 0) return true;
      let included = false;
      for (const wanted of wantedPaths) {
        if ((wanted.source === undefined || wanted.source === source) && wanted.matches(path, isFolder)) {
          wanted.met = true;
          included = true;
        }
      }
      return included;
    },
    unmet: () => [...wantedSources.values(), ...wantedPaths].filter(({ met }) => !met).map(({ asked }) => asked),
  };
}

/** `addons/local` is stored as `addons_local`. */
function memberForm(source: string): string {
  return source.replaceAll('/', '_');
}

interface WantedPath {
  readonly source: string | undefined;
  matches(path: string, isFolder: boolean): boolean;
}

function parsePath(asked: string): WantedPath {
  const [, source, rest] = /^(?:([a-z0-9][a-z0-9_/-]*):)?(.*)$/s.exec(asked) ?? [undefined, undefined, asked];
  const literal = (rest ?? asked).replace(/^(\.?\/)+|\/+$/g, '');
  const pattern = /[*?]/.test(literal) ? ignore().add(literal) : undefined;
  return {
    source: source === undefined ? undefined : memberForm(source),
    matches(path, isFolder) {
      if (literal === '' || path === literal || path.startsWith(`${literal}/`)) return true;
      return pattern !== undefined && path !== '' && pattern.ignores(isFolder ? `${path}/` : path);
    },
  };
}
