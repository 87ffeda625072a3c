import { arch, homedir, hostname, release } from 'node:os';
import type { Finding } from './backups/doctor.js';
import type { Clock } from './base/clock.js';
import { isHoldfastError } from './base/errors.js';
import { homeHider, redactDocument } from './config/diagnostics/redact-document.js';
import { identifiersIn, redactSettings } from './config/diagnostics/redact-settings.js';
import { createRedactor, type Identifier } from './config/diagnostics/redactor.js';
import type { SecretStore } from './config/secrets/secret-store.js';
import { ownerOfEarlierSecrets, type StoredLocation, type StoredSettings } from './config/stored-config.js';
import type { JsonObject } from './providers/schema-problem.js';
import type { InstalledProvider } from './providers/install/installed-provider.js';
import type { ProviderType } from './providers/provider-package.js';
import type { RuntimeStatus } from './providers/runtime-status.js';

/** Where the parts of a bundle come from. */
export interface DiagnosticsParts {
  /** Holdfast's own. */
  readonly version: string;
  readonly dataDir: string;
  readonly instanceName: string;
  readonly clock: Clock;
  readonly settings: StoredSettings;
  readonly locations: readonly StoredLocation[];
  readonly types: readonly ProviderType[];
  readonly installed: readonly InstalledProvider[];
  readonly secrets: SecretStore;
  /** Further texts that must not get out: secrets that are not in the store (any more), encryption keys. */
  readonly knownSecrets: readonly string[];
  /** The owners of secrets beside the locations, such as `flow:<token>`. */
  readonly otherOwners?: readonly string[];
  readonly doctor: (call: { readonly signal: AbortSignal }) => Promise<readonly Finding[]>;
  readonly running: () => Promise<readonly RuntimeStatus[]>;
  readonly providerLog: (name: string, options: { readonly lines: number }) => Promise<readonly string[]>;
  /** Default: this user's. */
  readonly home?: string;
  readonly signal: AbortSignal;
}

/** What a bug report needs, without what is nobody else's business. Plain JSON. */
export interface DiagnosticsBundle {
  readonly format: 'holdfast-diagnostics';
  readonly version: 1;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly platform: { readonly system: string; readonly release: string; readonly architecture: string };
  readonly dataDir: string;
  readonly settings: StoredSettings;
  readonly secretStore: { readonly kind: string; readonly description: string };
  readonly providers: readonly Omit<InstalledProvider, 'spec' | 'folder'>[];
  readonly types: readonly { readonly id: string; readonly package: string; readonly version: string; readonly configVersion: number }[];
  readonly locations: readonly DiagnosedLocation[];
  readonly running: readonly RuntimeStatus[];
  readonly findings: readonly Finding[];
  readonly logs: readonly { readonly package: string; readonly lines: readonly string[] }[];
  /** What could not be found out, and why. */
  readonly notes: readonly string[];
}

export interface DiagnosedLocation {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly configVersion: number;
  readonly settings: JsonObject;
  /** The names of the secret settings. */
  readonly secrets: readonly string[];
  readonly needsReauth: boolean;
}

const logLines = 100;
// A name that is shorter may be a word like any other.
const shortestName = 6;

/** Gathers a bundle. A part that can't be had is a note in it. */
export async function collectDiagnostics(parts: DiagnosticsParts): Promise<DiagnosticsBundle> {
  const notes: string[] = [];
  const { signal, locations, secrets: store } = parts;
  async function attempt<T>(what: string, otherwise: T, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      notes.push(`${what}: ${isHoldfastError(error) ? `${error.code}: ` : ''}${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  }

  const stored = await attempt('secrets', undefined, () => allSecrets(parts));
  const secrets = [...parts.knownSecrets, ...(stored ?? [])];
  const identifiers = identifiersOf(parts);
  const redact = createRedactor({ secrets: () => secrets, identifiers: () => identifiers });
  const hideHome = homeHider(parts.home ?? homedir());

  const findings = await attempt('doctor', [], () => parts.doctor({ signal }));
  const running = await attempt('running providers', [], parts.running);
  // What can't be redacted by value is not shown.
  if (stored === undefined) notes.push('The logs were left out, as the secrets that may be in them could not be read.');
  const logs = stored === undefined ? [] : await attempt('logs', [], () => logsOf(parts, running));
  const bundle: DiagnosticsBundle = {
    format: 'holdfast-diagnostics',
    version: 1,
    at: parts.clock.now().toISOString(),
    versions: { holdfast: parts.version, node: process.versions.node, v8: process.versions.v8, openssl: process.versions.openssl },
    platform: { system: process.platform, release: release(), architecture: arch() },
    dataDir: parts.dataDir,
    settings: parts.settings,
    secretStore: { kind: store.kind, description: store.describe() },
    providers: parts.installed.map(({ spec: _, folder: __, ...shown }) => shown),
    types: parts.types.map((type) => ({
      id: type.id,
      package: type.package.name,
      version: type.package.version,
      configVersion: type.configVersion,
    })),
    locations: locations.map(
      (location): DiagnosedLocation => ({
        id: location.id,
        title: location.title,
        provider: location.provider,
        configVersion: location.configVersion,
        settings: redactSettings(schemaOf(parts, location), location.config, redact),
        secrets: location.secrets,
        needsReauth: location.needsReauth === true,
      }),
    ),
    running: stored === undefined ? running.map(({ lastLog: _, lastError: __, ...status }) => status) : running,
    findings,
    logs,
    notes,
  };
  // A machine may be called like the format.
  return { ...redactDocument(bundle, (text) => hideHome(redact(text))), format: bundle.format, version: bundle.version };
}

async function allSecrets({ secrets, locations, otherOwners = [] }: DiagnosticsParts): Promise<string[]> {
  const owners = [...locations.flatMap(({ id }) => [id, ownerOfEarlierSecrets(id)]), ...otherOwners];
  const values: string[] = [];
  for (const owner of owners) values.push(...Object.values(await secrets.of(owner)));
  return values;
}

function identifiersOf(parts: DiagnosticsParts): Identifier[] {
  const ofLocations = parts.locations.flatMap((location): Identifier[] => {
    const schema = schemaOf(parts, location);
    const places = location.place === undefined ? [] : [location.place.root, location.place.path];
    return [
      ...identifiersIn(schema, location.config),
      ...identifiersIn(schema, location.before?.config ?? {}),
      ...places.filter((value) => value.length >= shortestName).map((value) => ({ label: 'place', value })),
    ];
  });
  const names = [hostname(), parts.instanceName].map((value) => ({ label: 'machine', value }));
  return [...ofLocations, ...names.filter(({ value }) => value.length >= shortestName)];
}

function schemaOf({ types }: DiagnosticsParts, { provider }: StoredLocation): JsonObject {
  return types.find(({ id }) => id === provider)?.configSchema ?? {};
}

async function logsOf({ types, installed, providerLog }: DiagnosticsParts, running: readonly RuntimeStatus[]) {
  const names = [
    ...types.map((type) => type.package.name),
    ...installed.map(({ name }) => name),
    ...running.map((status) => status.package),
  ];
  const logs: { readonly package: string; readonly lines: readonly string[] }[] = [];
  for (const name of new Set(names)) {
    const lines = await providerLog(name, { lines: logLines });
    if (lines.length > 0) logs.push({ package: name, lines });
  }
  return logs;
}
