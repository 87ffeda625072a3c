import { pathToFileURL } from 'node:url';
import type { JsonRecord } from '@holdfast/core/provider-api';
import { readManifest } from '../manifest/read-manifest.js';
import { type AnyDefinition, definitionIn } from '../openers/definition.js';
import { entryOf } from '../openers/entry-of.js';
import { openInline } from '../openers/inline-opener.js';
import type { Isolation, PlaceOpener } from '../place-opener.js';
import type { ProviderManifest } from '../provider-manifest.js';
import type { Subject } from '../subject.js';

/** A subject whose manifest was read, and the one way in which its code is run. Disposing it lets the provider deactivate itself. */
export interface ProviderUnderCheck extends AsyncDisposable {
  readonly subject: Subject;
  readonly isolation: Isolation;
  readonly manifest: ProviderManifest;
  openerFor(config: JsonRecord): Promise<PlaceOpener>;
  /** The definition, loaded here whatever the isolation. */
  definition(): Promise<AnyDefinition>;
}

export async function takeSubject(subject: Subject, isolation: Isolation): Promise<ProviderUnderCheck> {
  const manifest = await readManifest(subject);
  let loading: Promise<AnyDefinition> | undefined;

  async function load(): Promise<AnyDefinition> {
    const definition = definitionIn(await importModule(subject, manifest), manifest);
    await definition.activate?.();
    return definition;
  }
  const definition = () => (loading ??= load());

  return {
    subject,
    isolation,
    manifest,
    definition,
    async openerFor(config) {
      if (isolation === 'inline') return openInline(await definition(), manifest.type, config);
      // Hosts and processes are nothing that inline checks have to load.
      const { openInProcess } = await import('../process/open-in-process.js');
      return openInProcess({ folder: subject.folder, type: manifest.type, config });
    },
    async [Symbol.asyncDispose]() {
      const loaded = await loading?.catch(() => undefined);
      await loaded?.deactivate?.();
    },
  };
}

async function importModule({ module, folder }: Subject, { packageJson }: ProviderManifest): Promise<unknown> {
  if (module !== undefined) return module();
  const entry = entryOf(folder, packageJson);
  if (entry === undefined) throw new Error(`package.json in ${folder} names no main module: it needs "exports".`);
  return import(/* @vite-ignore */ pathToFileURL(entry).href) as Promise<unknown>;
}
