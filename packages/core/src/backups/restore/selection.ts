import { comparePaths, isWithin } from '../../archive/index/path-order.js';
import { memberForm, parseSourcePath, trimmedPath } from '../browse/asked-path.js';
import { pathPattern } from '../browse/path-pattern.js';

/** Which entries of a backup are wanted. */
export interface Selection {
  /** Whether no paths were asked for: a source that is wanted is wanted as a whole. */
  readonly wholeSources: boolean;
  includesSource(source: string): boolean;
  /** `path` as in the source, without the archive's prefix; `''` is the source's folder. */
  includes(source: string, path: string, isFolder: boolean): boolean;
  /** Paths which all that is wanted of a source is, or is below; none of them below another, in walking order. */
  within(source: string): readonly string[];
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
    wholeSources: wantedPaths.length === 0,
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
    within(source) {
      const wanted = wantedPaths.filter((path) => path.source === undefined || path.source === source).map(({ within }) => within ?? '');
      const found = wantedPaths.length === 0 ? [''] : [...new Set(wanted)].sort(comparePaths);
      return found.filter((path) => !found.some((other) => other !== path && isWithin(path, other)));
    },
    unmet: () => [...wantedSources.values(), ...wantedPaths].filter(({ met }) => !met).map(({ asked }) => asked),
  };
}

interface WantedPath {
  readonly source: string | undefined;
  /** What all that it matches is, or is below; `undefined` if that can't be told. */
  readonly within: string | undefined;
  matches(path: string, isFolder: boolean): boolean;
}

/** Which sources a backup has is not known here. Of their names only `addons/local` has a slash, so `docs/a:b.txt` is a path. */
function parseAsked(asked: string): ReturnType<typeof parseSourcePath> {
  const isPath = /^[^:]*\/[^:]*:/.test(asked) && !/^addons\/[^/]*:/.test(asked);
  return isPath ? { source: undefined, path: trimmedPath(asked) } : parseSourcePath(asked);
}

function parsePath(asked: string): WantedPath {
  const { source, path: literal } = parseAsked(asked);
  const pattern = /[*?]/.test(literal) ? pathPattern(literal) : undefined;
  return {
    source,
    within: pattern === undefined ? literal : undefined,
    matches(path, isFolder) {
      if (literal === '' || path === literal || path.startsWith(`${literal}/`)) return true;
      return pattern?.(path, isFolder) === true;
    },
  };
}
