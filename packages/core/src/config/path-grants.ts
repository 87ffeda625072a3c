import { isAbsolute, resolve } from 'node:path';
import { propertiesOf } from '../providers/config-schema.js';
import type { ProviderPackage, ProviderType } from '../providers/provider-package.js';
import { isJsonObject, type JsonObject } from '../providers/schema-problem.js';
import type { ConfigFile } from './config-file.js';

/** Which paths of this machine a provider package may reach, beside its own: those that its locations' settings name. */
export interface PathGrants {
  /** The absolute paths for the package at this moment. */
  for(found: Pick<ProviderPackage, 'name' | 'types'>): readonly string[];
  /** While `run` is going on, the paths count too: settings that are tried out aren't a location's yet. */
  during<T>(type: ProviderType, paths: readonly string[], run: () => Promise<T>): Promise<T>;
}

/** Grants by the stored locations. */
export function createPathGrants(configFile: Pick<ConfigFile, 'locations'>): PathGrants {
  const inUse = new Set<{ readonly package: string; readonly paths: readonly string[] }>();
  return {
    for({ name, types }) {
      const stored = configFile.locations().flatMap(({ provider, config }) => {
        const type = types.find(({ id }) => id === provider);
        return type === undefined ? [] : pathsIn(type.configSchema, config);
      });
      const tried = [...inUse].flatMap((use) => (use.package === name ? use.paths : []));
      return [...new Set([...stored, ...tried])];
    },
    async during(type, paths, run) {
      const use = { package: type.package.name, paths };
      inUse.add(use);
      try {
        return await run();
      } finally {
        inUse.delete(use);
      }
    },
  };
}

/** The absolute paths that a value names: its texts whose schema has the format `path`. */
export function pathsIn(schema: JsonObject, value: unknown): string[] {
  if (typeof value === 'string') return schema['format'] === 'path' && isAbsolute(value) && !value.includes('\0') ? [resolve(value)] : [];
  const { items } = schema;
  if (Array.isArray(value)) return isJsonObject(items) ? value.flatMap((item) => pathsIn(items, item)) : [];
  if (!isJsonObject(value)) return [];
  return Object.entries(propertiesOf(schema)).flatMap(([name, field]) => (isJsonObject(field) ? pathsIn(field, value[name]) : []));
}
