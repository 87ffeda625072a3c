import { isJsonObject } from '../schema-problem.js';
import type { NpmOptions } from './npm-config.js';
import { untilAborted } from './until-aborted.js';
import { noProvenance, type Provenance } from './provenance.js';

type Verdict = { readonly state: 'verified' | 'invalid' | 'unknown'; readonly reason?: string; readonly manifest?: unknown };

/** The messages of Sigstore when it didn't get its roots, so that nothing was checked. pacote passes nothing but these on. */
const notReached = /\bTUF\b|tuf|root\.json|metadata|target|fetch|network|timed? ?out|socket|ENOTFOUND|ECONN|EAI_AGAIN/;

/** Milliseconds that nobody waits any longer for Sigstore's servers. */
const longestCheck = 20_000;

/** Looks for attestations and the registry's signature of a package, and checks what there is. */
export async function findProvenance(exact: string, dist: unknown, options: NpmOptions): Promise<Provenance> {
  const { signatures, attestations } = isJsonObject(dist) ? dist : {};
  const signed = Array.isArray(signatures) && signatures.length > 0;
  if (!signed && !isJsonObject(attestations)) return noProvenance;
  const keyed = { ...options, ...(await registryKeys(exact, options)) };
  const signature = signed ? await verify(exact, { ...keyed, verifySignatures: true }) : undefined;
  if (!isJsonObject(attestations))
    return {
      ...noProvenance,
      signature: signature?.state ?? 'absent',
      ...(signature?.reason === undefined ? {} : { reason: signature.reason }),
    };
  const attestation = await verify(exact, { ...keyed, verifyAttestations: true });
  const reason = attestation.reason ?? signature?.reason;
  return {
    state: attestation.state,
    signature: signature?.state ?? 'absent',
    ...(reason === undefined ? {} : { reason }),
    ...(attestation.state === 'verified' ? sourceOf(attestation.manifest) : {}),
  };
}

/** The keys with which a registry signs, as npm asks for them; none if it publishes none. */
async function registryKeys(exact: string, options: NpmOptions): Promise<Record<string, unknown>> {
  const { default: fetch } = await import('npm-registry-fetch');
  const registry = fetch.pickRegistry(exact, options);
  const { host, pathname } = new URL(registry);
  try {
    const { keys } = await fetch.json('/-/npm/v1/keys', { ...options, registry });
    if (!Array.isArray(keys)) return {};
    const usable = keys.filter(isJsonObject).map((key) => ({
      ...key,
      pemkey: `-----BEGIN PUBLIC KEY-----\n${String(key['key'])}\n-----END PUBLIC KEY-----`,
    }));
    return { [`//${host}${pathname}:_keys`]: usable };
  } catch {
    // Then what is signed can't be checked, which the caller is told.
    return {};
  }
}

async function verify(exact: string, options: NpmOptions): Promise<Verdict> {
  const { default: pacote } = await import('pacote');
  try {
    const checked = pacote.manifest(exact, { ...options, fullMetadata: true });
    return { state: 'verified', manifest: await untilAborted(checked, AbortSignal.timeout(longestCheck)) };
  } catch (error) {
    options.signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EINTEGRITYSIGNATURE' || code === 'EATTESTATIONSUBJECT' || code === 'EMANIFESTMISMATCH' || code === 'EEXPIREDSIGNATUREKEY')
      return { state: 'invalid', reason };
    return { state: code === 'EATTESTATIONVERIFY' && !notReached.test(reason) ? 'invalid' : 'unknown', reason };
  }
}

/** What a verified attestation says of the source (SLSA provenance v1, in npm's use of it). */
function sourceOf(manifest: unknown): { repository?: string; commit?: string } {
  const bundles = isJsonObject(manifest) ? manifest['_attestationBundles'] : undefined;
  for (const entry of Array.isArray(bundles) ? bundles : []) {
    const statement = statementOf(entry);
    const source = at(statement, 'predicate', 'buildDefinition', 'externalParameters', 'workflow', 'repository');
    if (typeof source !== 'string') continue;
    const from = at(statement, 'predicate', 'buildDefinition', 'resolvedDependencies');
    const commit = at(Array.isArray(from) ? from[0] : undefined, 'digest', 'gitCommit');
    return { repository: source, ...(typeof commit === 'string' ? { commit } : {}) };
  }
  return {};
}

function statementOf(entry: unknown): unknown {
  const payload = at(entry, 'bundle', 'dsseEnvelope', 'payload');
  return typeof payload === 'string' ? (JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as unknown) : undefined;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((place, name) => (isJsonObject(place) ? place[name] : undefined), value);
}
