import { type HoldfastError, isHoldfastError } from '../base/errors.js';
import { closestName } from './closest-name.js';
import { readHostVersion, requireCompatible } from './engine.js';
import { providerError } from './errors.js';
import { findProviderPackages, type ProviderProblem } from './find-providers.js';
import { type InlineProvider, inlineProviderPackage } from './inline-provider.js';
import { createInlineRuntime, type LoadProvider } from './inline-runtime.js';
import { subjectOf } from './provider-module.js';
import type { ProviderPackage, ProviderType } from './provider-package.js';
import type { ProviderRuntime } from './provider-runtime.js';

/** The provider types that this host knows. Asking runs none of their code. */
export interface ProviderRegistry extends AsyncDisposable {
  /** In the order of their ids. */
  types(): readonly ProviderType[];
  /** The type of that id. If there is none, the error says why: `unknown-provider`, or what is wrong with the package that contributes it. */
  type(id: string): ProviderType;
  /** What was found but is not in use. */
  problems(): readonly ProviderProblem[];
  /** What runs the type's code; one for each package. */
  runtimeFor(type: ProviderType): ProviderRuntime;
}

export interface ProviderRegistryOptions {
  /** Where provider packages are: see `findProviderPackages`. Of two that contribute the same type, the first is used. */
  readonly folders?: readonly string[];
  /** Providers that the app brings along. They come before those in folders. */
  readonly inline?: readonly InlineProvider[];
  /** Default: this package's version. */
  readonly hostVersion?: string;
  /** Default: `createInlineRuntime`. */
  readonly createRuntime?: (found: ProviderPackage, load?: LoadProvider) => ProviderRuntime;
}

interface Registered {
  readonly found: ProviderPackage;
  readonly load: LoadProvider | undefined;
}

/** Finds the provider packages and reads their manifests. What is wrong with one is no reason to fail: see `problems()`. */
export async function openProviderRegistry(options: ProviderRegistryOptions = {}): Promise<ProviderRegistry> {
  const { createRuntime = createInlineRuntime } = options;
  const hostVersion = options.hostVersion ?? readHostVersion();
  const types = new Map<string, { readonly type: ProviderType; readonly from: Registered }>();
  const refused = new Map<string, HoldfastError>();
  const problems: ProviderProblem[] = [];
  const runtimes = new Map<ProviderPackage, ProviderRuntime>();

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

  for (const provider of options.inline ?? []) {
    await register({ found: await inlineProviderPackage(provider), load: async () => ({ default: provider.definition }) });
  }
  const inFolders = await findProviderPackages(options.folders ?? []);
  problems.push(...inFolders.problems);
  for (const found of inFolders.packages) await register({ found, load: undefined });

  return {
    types: () => [...types.values()].map(({ type }) => type).sort((a, b) => (a.id < b.id ? -1 : 1)),
    type(id) {
      const known = types.get(id);
      if (known !== undefined) return known.type;
      throw refused.get(id) ?? unknown(id, [...types.keys()].sort());
    },
    problems: () => problems,
    runtimeFor(type) {
      const { found, load } = types.get(type.id)?.from ?? {};
      if (found === undefined) throw unknown(type.id, [...types.keys()].sort());
      const runtime = runtimes.get(found) ?? createRuntime(found, load);
      runtimes.set(found, runtime);
      return runtime;
    },
    async [Symbol.asyncDispose]() {
      const running = [...runtimes.values()];
      runtimes.clear();
      await Promise.allSettled(running.map((runtime) => runtime[Symbol.asyncDispose]()));
    },
  };
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
