import { type HoldfastError, isHoldfastError } from '../base/errors.js';
import type { ProviderLogger } from '../provider-api/index.js';
import { closestName } from './closest-name.js';
import { readHostVersion, requireCompatible } from './engine.js';
import { providerError } from './errors.js';
import { findProviderPackages, type ProviderProblem } from './find-providers.js';
import { type InlineProvider, inlineProviderPackage } from './inline-provider.js';
import { createInlineRuntime, type LoadProvider } from './inline-runtime.js';
import { openInstalledPackages } from './install/installed-packages.js';
import { createInstalledRuntimes, type FellBack } from './install/installed-runtimes.js';
import { providerFolders } from './install/provider-folders.js';
import { importEntry, subjectOf } from './provider-module.js';
import type { ProviderPackage, ProviderType } from './provider-package.js';
import type { ProviderRuntime } from './provider-runtime.js';

/** The provider types that this host knows. Asking runs none of their code. */
export interface ProviderRegistry extends AsyncDisposable {
  /** In the order of their ids. */
  types(): readonly ProviderType[];
  /** The type of that id. If there is none, the error says why: `unknown-provider`, `provider-disabled`, or what is wrong with the package that contributes it. */
  type(id: string): ProviderType;
  /** What was found but is not in use. */
  problems(): readonly ProviderProblem[];
  /** What runs the type's code; one for each package. */
  runtimeFor(type: ProviderType): ProviderRuntime;
}

export interface ProviderRegistryOptions {
  /** Where provider packages are: see `findProviderPackages`. Of two that contribute the same type, the first is used. */
  readonly folders?: readonly string[];
  /** The same for packages whose code the host runs itself. They come before the others. */
  readonly shipped?: readonly string[];
  /** Providers that the app brings along. They come before those in folders. */
  readonly inline?: readonly InlineProvider[];
  /** The data directory with packages that were installed. They come last, and cost nothing as long as none of their types is asked for. */
  readonly installed?: string;
  /** Default: this package's version. */
  readonly hostVersion?: string;
  /** The language of the providers' texts, BCP 47. Default: `en`. */
  readonly locale?: string;
  /** Default: `createInlineRuntime`. `load` is there for what the host runs itself, and for nothing else. */
  readonly createRuntime?: (found: ProviderPackage, load?: LoadProvider) => ProviderRuntime;
  readonly log?: ProviderLogger;
  /** Called when an installed package could not be started and the version before took its place. */
  readonly onFellBack?: (event: FellBack) => void;
}

interface Registered {
  readonly found: ProviderPackage;
  readonly load: LoadProvider | undefined;
}

/** Finds the provider packages and reads their manifests. What is wrong with one is no reason to fail: see `problems()`. */
export async function openProviderRegistry(options: ProviderRegistryOptions = {}): Promise<ProviderRegistry> {
  const { createRuntime = createInlineRuntime, locale = 'en', log, onFellBack, installed: dataDir } = options;
  const hostVersion = options.hostVersion ?? readHostVersion();
  const types = new Map<string, { readonly type: ProviderType; readonly from: Registered }>();
  const refused = new Map<string, HoldfastError>();
  const problems: ProviderProblem[] = [];
  const runtimes = new Map<string | ProviderPackage, ProviderRuntime>();
  const falling = new Map<string | ProviderPackage, ProviderRuntime>();

  async function register(from: Registered): Promise<void> {
    const { found } = from;
    const folder = found.folder ?? '';
    try {
      await requireCompatible(found, hostVersion);
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      problems.push({ folder, error });
      for (const { id } of found.types) refused.set(id, error);
      return;
    }
    for (const type of found.types) {
      const other = types.get(type.id)?.from.found;
      if (other === undefined) types.set(type.id, { type, from });
      else problems.push({ folder, error: duplicate(type, other) });
    }
  }

  async function registerFolders(inFolders: readonly string[] = [], load?: LoadProvider): Promise<void> {
    const found = await findProviderPackages(inFolders, { locale });
    problems.push(...found.problems);
    for (const one of found.packages) await register({ found: one, load });
  }

  for (const provider of options.inline ?? []) {
    await register({ found: await inlineProviderPackage(provider), load: async () => ({ default: provider.definition }) });
  }
  await registerFolders(options.shipped, importEntry);
  await registerFolders(options.folders);

  const folders = dataDir === undefined ? undefined : providerFolders(dataDir);
  const installed = folders === undefined ? undefined : openInstalledPackages(folders, hostVersion, locale);
  const runInstalled =
    dataDir === undefined || folders === undefined
      ? undefined
      : createInstalledRuntimes({ dataDir, folders, hostVersion, locale, log, onFellBack, runtimeOf });

  function runtimeOf(found: ProviderPackage, load?: LoadProvider): ProviderRuntime {
    // An installed version that is read again, as the lock file changed, is still the same.
    return remembered(runtimes, found.folder ?? found, () => createRuntime(found, load));
  }

  /** The installed types that nothing else contributes. */
  function installedTypes(): ProviderType[] {
    const usable = tell(() => installed?.usable() ?? []) ?? [];
    return usable.flatMap((found) => found.types.filter(({ id }) => !types.has(id)));
  }

  /** Without what is installed, if that can't be read: the rest goes on working. */
  function tell<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      if (isHoldfastError(error)) return undefined;
      throw error;
    }
  }

  function installedProblems(): ProviderProblem[] {
    if (installed === undefined) return [];
    try {
      const shadowed = installed.usable().flatMap((found) => found.types.flatMap((type) => shadowOf(type)));
      return [...installed.problems(), ...shadowed];
    } catch (error) {
      if (isHoldfastError(error)) return [{ folder: folders?.root ?? '', error }];
      throw error;
    }
  }

  function shadowOf(type: ProviderType): ProviderProblem[] {
    const other = types.get(type.id)?.from.found;
    return other === undefined ? [] : [{ folder: type.package.folder ?? '', error: duplicate(type, other) }];
  }

  const knownIds = () => [...new Set([...types.keys(), ...(tell(() => installed?.ids()) ?? [])])].sort();

  return {
    types: () => [...[...types.values()].map(({ type }) => type), ...installedTypes()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    type(id) {
      const known = types.get(id)?.type ?? installed?.find(id)?.types.find((type) => type.id === id);
      if (known !== undefined) return known;
      throw refused.get(id) ?? unknown(id, knownIds());
    },
    problems: () => [...problems, ...installedProblems()],
    runtimeFor(type) {
      const { found, load } = types.get(type.id)?.from ?? {};
      if (found !== undefined) return runtimeOf(found, load);
      const owner = installed?.owner(type);
      if (owner === undefined || runInstalled === undefined) throw unknown(type.id, knownIds());
      return remembered(falling, owner.folder ?? owner, () => runInstalled.create(owner));
    },
    async [Symbol.asyncDispose]() {
      const running = [...runtimes.values()];
      runtimes.clear();
      falling.clear();
      await Promise.allSettled(running.map((runtime) => runtime[Symbol.asyncDispose]()));
      await runInstalled?.[Symbol.asyncDispose]();
    },
  };
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function duplicate(type: ProviderType, other: ProviderPackage): HoldfastError {
  const details = { subject: subjectOf(type.package), folder: type.package.folder ?? 'this app', type: type.id };
  return providerError('duplicate-provider', { ...details, other: `${subjectOf(other)} in ${other.folder ?? 'this app'}` });
}

function unknown(id: string, known: readonly string[]): HoldfastError {
  const meant = closestName(id, known);
  const suggestion = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  return providerError('unknown-provider', { type: id, suggestion, known: known.length === 0 ? 'none' : known.join(', ') });
}
