import { normalisePrefix } from '@holdfast/object-storage';
import type { CloudConfig } from './cloud-config.js';
import { services } from './services.js';

/** A bucket, how to reach it and with which key; all that the settings leave to defaults is filled in. */
export interface BucketAddress {
  /** Without a path. */
  readonly endpoint: string;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly bucket: string;
  /** What stands before each key: empty, or `a/b/`. */
  readonly prefix: string;
  /** Absent where the machine's own are used. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Cloudflare wants all parts of an upload but the last to be of one size. */
  readonly equalParts: boolean;
}

/** Where the settings lead. They have no faults: see `settingsFaults`. */
export function bucketAddress(config: CloudConfig): BucketAddress {
  const preset = services[config.service];
  const { endpoint = preset.endpointOf(config) ?? '', accessKeyId = '', secretAccessKey = '', bucket } = config;
  const prefix = normalisePrefix(config.prefix ?? '');
  return {
    endpoint: new URL(endpoint).origin,
    region: config.region ?? preset.defaultRegion ?? 'us-east-1',
    pathStyle: config.pathStyle ?? preset.pathStyle,
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    ...(preset.hasKey && { credentials: { accessKeyId, secretAccessKey } }),
    equalParts: config.service === 'r2' || new URL(endpoint).host.endsWith('.r2.cloudflarestorage.com'),
  };
}
