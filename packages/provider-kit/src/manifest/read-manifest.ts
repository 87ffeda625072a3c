import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProviderType } from '@holdfast/core';
import { asRecord, asTexts, parseRecord } from '../json.js';
import type { ProviderManifest } from '../provider-manifest.js';
import type { Subject } from '../subject.js';
import { startTemporaryHost } from './temporary-host.js';

/** Reads the manifest of a subject through a host. What is wrong with it is told in `problem`. */
export async function readManifest({ folder, type: wanted }: Pick<Subject, 'folder' | 'type'>): Promise<ProviderManifest> {
  const packageJson = parseRecord(await readFile(join(folder, 'package.json'), 'utf8'));
  await using temporary = await startTemporaryHost({ folders: [folder] });
  const { providers } = temporary.host;
  const problem = providers.problems()[0]?.error.message;
  const type = providers.types().find(({ id }) => wanted === undefined || id === wanted);
  const missing = problem ?? (type === undefined ? `it contributes no type ${wanted ?? 'at all'}` : undefined);
  return { ...describePackage(folder, packageJson), ...describeType(type, wanted), types: providers.types().length, ...optional(missing) };
}

function optional(problem: string | undefined): { readonly problem?: string } {
  return problem === undefined ? {} : { problem };
}

function describePackage(folder: string, packageJson: ProviderManifest['packageJson']) {
  const permissions = asRecord(asRecord(packageJson['holdfast'])['permissions']);
  const { name, version } = packageJson;
  return {
    folder,
    packageJson,
    name: typeof name === 'string' ? name : folder,
    version: typeof version === 'string' ? version : '?',
    network: asTexts(permissions['network']),
  };
}

function describeType(type: ProviderType | undefined, wanted: string | undefined) {
  return {
    type: type?.id ?? wanted ?? '?',
    features: new Set<string>(type?.features),
    configSchema: asRecord(type?.configSchema),
    configVersion: type?.configVersion ?? 1,
    secretFields: type?.secretFields ?? [],
  };
}
