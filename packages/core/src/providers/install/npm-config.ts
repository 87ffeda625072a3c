import { join } from 'node:path';
import type { Options } from 'pacote';
import { isJsonObject } from '../schema-problem.js';

/** What npm's libraries are told: where the registry is, how to get there and who asks. */
export type NpmOptions = Options & { readonly registry: string; readonly cache: string; readonly signal?: AbortSignal };

/** For tests and host apps that bring their own. */
export interface NpmConfig {
  /** In place of the one that the user's npm configuration names. */
  readonly registry?: string;
  /** Where npm keeps what it downloaded. */
  readonly cache?: string;
  /** Read in place of `~/.npmrc`. */
  readonly userConfig?: string;
  /** The project whose `.npmrc` counts. Default: the working directory. */
  readonly folder?: string;
  /** Milliseconds that one request may take. Default: what npm is configured for, at most a minute. */
  readonly timeout?: number;
}

/**
 * Of all that npm can be configured for, what says how packages are fetched. The rest is about the user's own projects (`omit`,
 * `global`, `dry-run`, ...) and must not change how providers are installed.
 */
const fetching = new Set(
  `registry cache tufCache proxy httpsProxy noProxy ca cert key strictSSL localAddress maxSockets
   userAgent before offline preferOnline preferOffline replaceRegistryHost username password _auth _authToken`.split(/\s+/),
);

const longestRequest = 60_000;

/** Reads the npm configuration of the user, the project and the machine, and the environment's `npm_config_*`. */
export async function loadNpmOptions(own: NpmConfig = {}, signal?: AbortSignal): Promise<NpmOptions> {
  const [{ default: Config }, { default: known }] = await Promise.all([
    import('@npmcli/config'),
    import('@npmcli/config/lib/definitions/index.js'),
  ]);
  const cwd = own.folder ?? process.cwd();
  // A copy, as npm writes what it found into the environment for the scripts that it runs.
  const env = { ...process.env, ...(own.userConfig === undefined ? {} : { npm_config_userconfig: own.userConfig }) };
  const config = new Config({ ...known, npmPath: join(cwd, 'node_modules', 'npm'), argv: ['', ''], env, cwd });
  await config.load();
  const { flat } = config;
  const registry = own.registry ?? String(flat['registry']);
  // The own registry is for all scopes.
  const wanted = (name: string) =>
    fetching.has(name) || name.startsWith('//') || (name.endsWith(':registry') && own.registry === undefined);
  const timeout = own.timeout ?? Math.min(longestRequest, typeof flat['timeout'] === 'number' ? flat['timeout'] : longestRequest);
  return {
    ...Object.fromEntries(Object.entries(flat).filter(([name, value]) => wanted(name) && value !== null)),
    registry: registry.endsWith('/') ? registry : `${registry}/`,
    cache: own.cache ?? String(flat['cache']),
    timeout,
    // By default npm waits for a minute and more until it gives up.
    retry: { ...(isJsonObject(flat['retry']) ? flat['retry'] : {}), minTimeout: 1_000, maxTimeout: 2_000 },
    ...(signal === undefined ? {} : { signal }),
  };
}
