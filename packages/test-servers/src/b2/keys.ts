import { randomBytes, randomInt } from 'node:crypto';
import { badRequest } from './api-error.js';
import type { B2Key } from './server-interface.js';

/** What a key may be allowed to do. */
export const allCapabilities = [
  'listKeys',
  'writeKeys',
  'deleteKeys',
  'listAllBucketNames',
  'listBuckets',
  'readBuckets',
  'writeBuckets',
  'deleteBuckets',
  'readBucketEncryption',
  'writeBucketEncryption',
  'readBucketRetentions',
  'writeBucketRetentions',
  'readBucketReplications',
  'writeBucketReplications',
  'readBucketNotifications',
  'writeBucketNotifications',
  'readBucketLogging',
  'writeBucketLogging',
  'listFiles',
  'readFiles',
  'shareFiles',
  'writeFiles',
  'deleteFiles',
  'readFileLegalHolds',
  'writeFileLegalHolds',
  'readFileRetentions',
  'writeFileRetentions',
  'bypassGovernance',
] as const;

export type Capability = (typeof allCapabilities)[number];

/** What Backblaze's console gives to a key of the type "Read and Write" that is limited to a bucket. */
export const readAndWrite: readonly Capability[] = [
  'listBuckets',
  'readBuckets',
  'readBucketEncryption',
  'writeBucketEncryption',
  'readBucketReplications',
  'writeBucketReplications',
  'readBucketNotifications',
  'writeBucketNotifications',
  'listFiles',
  'readFiles',
  'shareFiles',
  'writeFiles',
  'deleteFiles',
];

const ofWholeAccount: ReadonlySet<string> = new Set(['listKeys', 'writeKeys', 'deleteKeys', 'writeBuckets', 'deleteBuckets']);

export interface ApplicationKey extends B2Key {
  readonly keyName: string;
  readonly capabilities: readonly Capability[];
  /** Undefined: all buckets. */
  readonly bucketIds?: readonly string[] | undefined;
  readonly namePrefix?: string | undefined;
  /** Milliseconds since 1970. */
  readonly expirationTimestamp?: number | undefined;
}

export type NewKey = Omit<ApplicationKey, 'keyId' | 'applicationKey' | 'capabilities'> & { readonly capabilities: readonly string[] };

/** The application keys of an account, besides the master key. */
export class Keys {
  readonly #accountId: string;
  readonly #byId = new Map<string, ApplicationKey>();
  readonly master: ApplicationKey;

  constructor(accountId: string, master: B2Key | undefined) {
    this.#accountId = accountId;
    this.master = {
      keyId: accountId,
      applicationKey: newSecret(),
      ...master,
      keyName: 'master',
      capabilities: allCapabilities,
    };
  }

  create(wanted: NewKey): ApplicationKey {
    const { keyName, capabilities, bucketIds } = wanted;
    if (!/^[A-Za-z0-9-]{1,100}$/.test(keyName)) throw badRequest(`illegal key name: ${keyName}`);
    if (capabilities.length === 0) throw badRequest('A key must have capabilities');
    const forBucket = bucketIds !== undefined;
    const known = capabilities.map((capability) => {
      if (!isCapability(capability)) throw badRequest(`${capability} is not a valid capability`);
      if (forBucket && ofWholeAccount.has(capability)) throw badRequest(`A key limited to buckets can not have ${capability}`);
      return capability;
    });
    const keyId = `001${this.#accountId}${String(this.#byId.size + 1).padStart(4, '0')}${randomInt(1e6).toString().padStart(6, '0')}`;
    const key = { ...wanted, capabilities: known, keyId, applicationKey: newSecret() };
    this.#byId.set(keyId, key);
    return key;
  }

  /** In the order of their ids, without the master key. */
  all(): readonly ApplicationKey[] {
    return [...this.#byId.values()].sort((one, other) => (one.keyId < other.keyId ? -1 : 1));
  }

  find(keyId: string): ApplicationKey | undefined {
    return keyId === this.master.keyId ? this.master : this.#byId.get(keyId);
  }

  delete(keyId: string): ApplicationKey {
    const key = this.#byId.get(keyId);
    if (key === undefined) throw badRequest(`application key ID not valid: ${keyId}`);
    this.#byId.delete(keyId);
    return key;
  }
}

function isCapability(name: string): name is Capability {
  return (allCapabilities as readonly string[]).includes(name);
}

const newSecret = () => `K001${randomBytes(20).toString('base64').replace(/=+$/, '').slice(0, 27)}`;
