import type { Account } from '../account.js';
import { unauthorized } from '../api-error.js';
import type { JsonObject } from '../descriptions.js';
import type { ApplicationKey } from '../keys.js';

/** How many calls a token is good for in the test mode that lets tokens expire early. */
const callsInTestMode = 7;

/** A request for a token. */
export interface Authorization {
  /** The header with the key's id and secret. */
  readonly authorization: string | undefined;
  /** Of the API, 1 to 4. */
  readonly version: number;
  readonly address: string;
  readonly expiresEarly: boolean;
}

export function authorizeAccount(account: Account, { authorization, version, address, expiresEarly }: Authorization): JsonObject {
  const key = keyOf(account, authorization);
  // Answers of before version 4 have no place for several buckets.
  if (version < 4 && key.bucketIds !== undefined && key.bucketIds.length > 1) {
    throw unauthorized('Multi-Bucket application keys need version 4 of b2_authorize_account');
  }
  const { token } = account.tokens.forAccount(key, expiresEarly ? callsInTestMode : Infinity);
  const urls = { apiUrl: address, downloadUrl: address, s3ApiUrl: address };
  const sizes = { absoluteMinimumPartSize: account.absoluteMinimumPartSize, recommendedPartSize: account.recommendedPartSize };
  const { capabilities, namePrefix = null, expirationTimestamp = null } = key;
  const [bucketId = null] = key.bucketIds ?? [];
  const bucketName = bucketId === null ? null : (account.buckets.find(bucketId)?.bucketName ?? null);

  const common = { accountId: account.accountId, authorizationToken: token };
  if (version === 1) {
    const allowed = { bucketId, capabilities, namePrefix };
    return { ...common, ...urls, ...sizes, minimumPartSize: account.recommendedPartSize, allowed };
  }
  if (version === 2) return { ...common, ...urls, ...sizes, allowed: { bucketId, bucketName, capabilities, namePrefix } };
  if (version === 3) {
    const storageApi = { ...urls, ...sizes, bucketId, bucketName, capabilities, infoType: 'storageApi', namePrefix };
    return { ...common, applicationKeyExpirationTimestamp: expirationTimestamp, apiInfo: { storageApi } };
  }
  const buckets = key.bucketIds?.map((id) => ({ id, name: account.buckets.find(id)?.bucketName ?? null })) ?? null;
  const storageApi = { ...urls, ...sizes, infoType: 'storageApi', allowed: { buckets, capabilities, namePrefix } };
  return { ...common, applicationKeyExpirationTimestamp: expirationTimestamp, apiInfo: { storageApi } };
}

function keyOf(account: Account, authorization = ''): ApplicationKey {
  const encoded = /^Basic\s*(\S+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) throw unauthorized('');
  const [keyId = '', ...secret] = Buffer.from(encoded, 'base64').toString().split(':');
  // The id of the account stands for that of the master key.
  const key = keyId === account.accountId ? account.keys.master : account.keys.find(keyId);
  const isExpired = key?.expirationTimestamp !== undefined && key.expirationTimestamp <= account.now();
  if (key === undefined || key.applicationKey !== secret.join(':') || isExpired) throw unauthorized('');
  return key;
}
