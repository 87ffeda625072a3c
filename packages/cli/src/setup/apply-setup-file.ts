import { dirname, resolve } from 'node:path';
import { type Host, initialiseDataDir, type Job, sourceFromPath } from '@holdfast/core';
import { commandError } from '../errors.js';
import { runFlow } from '../flow/run-flow.js';
import { keyFromFile } from '../keys/given-key.js';
import { type ProviderField, providerFields } from '../location-config/provider-fields.js';
import type { CommandContext } from '../run/context.js';
import { type KitFiles, saveKitProven } from './kit-step.js';
import type { SecretOrigin, SetupFile, SetupJob, SetupLocation } from './setup-file.js';

/** `kept`: there was one of that title, and it stays as it is. */
interface Applied {
  readonly id: string;
  readonly title: string;
  readonly state: 'added' | 'kept';
}

export interface AppliedSetup {
  readonly created: boolean;
  readonly locations: readonly Applied[];
  readonly jobs: readonly Applied[];
  /** Absent if one was saved before, or none is wanted. */
  readonly kit: KitFiles | undefined;
  /** The jobs that were added. */
  readonly added: readonly Job[];
}

/** Does what a set-up file asks for and isn't there yet, so that it may be applied as often as one likes. Paths in it are relative to it. */
export async function applySetupFile(context: CommandContext, file: SetupFile, path: string): Promise<AppliedSetup> {
  const folder = path === '-' ? process.cwd() : dirname(resolve(path));
  const { created } = await initialiseDataDir(context.dataDir, file.name === undefined ? {} : { instanceName: file.name });
  const host = await context.host();
  const locations: Applied[] = [];
  for (const location of file.locations) locations.push(await applyLocation(context, host, location, folder));
  const jobs: Applied[] = [];
  const added: Job[] = [];
  for (const wanted of file.jobs) {
    const there = host.jobs.list().find(({ title }) => title === wanted.title);
    const job = there ?? (await addJob(host, wanted, folder));
    if (there === undefined) added.push(job);
    jobs.push({ id: job.id, title: job.title, state: there === undefined ? 'added' : 'kept' });
  }
  // Last, as it says where the backups are.
  const kit = file.kit === undefined || host.kit.saved() !== undefined ? undefined : await saveKitProven(host, resolve(folder, file.kit));
  return { created, locations, jobs, kit, added };
}

async function applyLocation(context: CommandContext, host: Host, wanted: SetupLocation, folder: string): Promise<Applied> {
  const { provider, title } = wanted;
  const there = host.locations.list().find((location) => location.title === title);
  if (there !== undefined) return { id: there.id, title, state: 'kept' };
  const secrets = await Promise.all(
    Object.entries(wanted.secrets).map(async ([name, origin]) => [name, await secretFrom(origin, folder)] as const),
  );
  const type = host.providers.type(provider);
  const paths = providerFields(type.configSchema, type.secretFields).filter(({ isPath }) => isPath);
  const files = { ...withFullPaths(wanted.config, paths, folder), ...Object.fromEntries(secrets) };
  const first = await host.flows.start({ kind: 'setup', provider, title }, { signal: context.signal });
  const given = { options: {}, set: [], files, provider, environment: process.env };
  const { location } = await runFlow(context, host, first, { given, resumed: false });
  return { id: location.id, title: location.title, state: 'added' };
}

/** A relative path is one from the file. */
function withFullPaths(config: SetupLocation['config'], fields: readonly ProviderField[], folder: string): SetupLocation['config'] {
  const paths = fields.flatMap(({ name }): [string, string][] => {
    const value = config[name];
    return typeof value === 'string' && value !== '' ? [[name, resolve(folder, value)]] : [];
  });
  return { ...config, ...Object.fromEntries(paths) };
}

/** @throws `secret-not-given`, `file-unreadable`, `key-missing` */
async function secretFrom(origin: SecretOrigin, folder: string): Promise<string> {
  if ('file' in origin) return keyFromFile(resolve(folder, origin.file));
  const value = process.env[origin.env];
  if (value === undefined || value === '') throw commandError('secret-not-given', { variable: origin.env });
  return value;
}

async function addJob(host: Host, { title, sources, job }: SetupJob, folder: string): Promise<Job> {
  const specs = await Promise.all(
    sources.map(async ({ path, name, exclude }) => ({
      ...(await sourceFromPath(resolve(folder, path), name)),
      ...(exclude === undefined ? {} : { exclude }),
    })),
  );
  return host.jobs.add({ ...job, title, sources: specs });
}
