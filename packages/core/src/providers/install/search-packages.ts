import { isJsonObject } from '../schema-problem.js';
import type { NpmOptions } from './npm-config.js';
import { npmFailure } from './npm-failure.js';

/** A package that the registry's search found. */
export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** ISO 8601, when this version was published. */
  readonly date?: string;
  /** The version that is installed, if one is. */
  readonly installed?: string;
}

const keyword = 'holdfast-provider';
const most = 50;

/** Searches the registry for provider packages. An empty text finds all of them, as far as the registry's search goes. */
export async function searchPackages(
  text: string,
  options: NpmOptions,
  installed: ReadonlyMap<string, string>,
): Promise<readonly FoundPackage[]> {
  const { default: search } = await import('libnpmsearch');
  const find = async (query: string) => {
    try {
      return await search(query, { ...options, limit: most });
    } catch (error) {
      throw npmFailure(error, query, options.registry);
    }
  };
  const known = await find(`keywords:${keyword} ${text}`.trim());
  // Verdaccio, for one, takes "keywords:" for a word of the text.
  const found = known.length > 0 ? known : await find(text.trim());
  return found.flatMap((entry) => {
    const { name, description, date, keywords } = entry;
    const version = entry.version ?? latestOf(entry);
    if (keywords?.includes(keyword) !== true || version === undefined) return [];
    const here = installed.get(name);
    return [
      {
        name,
        version,
        ...(description === undefined ? {} : { description }),
        ...(date instanceof Date ? { date: date.toISOString() } : {}),
        ...(here === undefined ? {} : { installed: here }),
      },
    ];
  });
}

function latestOf(entry: object): string | undefined {
  const tags: unknown = Reflect.get(entry, 'dist-tags');
  return isJsonObject(tags) && typeof tags['latest'] === 'string' ? tags['latest'] : undefined;
}
