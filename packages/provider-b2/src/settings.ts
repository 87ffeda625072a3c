import { normalisePrefix } from '@holdfast/object-storage';
import type { Credentials } from './client/transport.js';

/** As `schemas/b2.json` describes it. */
export interface B2Config {
  readonly keyId: string;
  readonly applicationKey: string;
  readonly bucket: string;
  readonly prefix?: string;
  readonly endpoint?: string;
}

/** The settings as they are used. */
export interface Settings {
  readonly credentials: Credentials;
  readonly bucketName: string;
  /** What all names start with: empty, or a folder with `/` at its end. */
  readonly root: string;
  /** The service's address, without `/` at its end. */
  readonly endpoint: string;
}

const backblaze = 'https://api.backblazeb2.com';

export function settingsOf({ keyId, applicationKey, bucket, prefix = '', endpoint = backblaze }: B2Config): Settings {
  const folder = normalisePrefix(prefix);
  return {
    // What is copied from a web page often has a blank at its end.
    credentials: { keyId: keyId.trim(), applicationKey: applicationKey.trim() },
    bucketName: bucket,
    root: folder === '' ? '' : `${folder}/`,
    endpoint: endpoint.replace(/\/+$/, ''),
  };
}
