import type { CloudConfig, Service } from './cloud-config.js';

type Setting = keyof CloudConfig;

/** What there is to know of a service. */
export interface ServicePreset {
  /** The settings that tell where the bucket is, with those that few need; the first is at fault where nothing answers. */
  readonly where: readonly Setting[];
  /** Those of `where` that have to be there, unless an endpoint is. */
  readonly required: readonly Setting[];
  /** True if requests are signed with a key of the settings. */
  readonly hasKey: boolean;
  endpointOf(config: CloudConfig): string | undefined;
  readonly defaultRegion?: string;
  /** The bucket as a part of the path rather than of the host's name. */
  readonly pathStyle: boolean;
}

const amazon = {
  where: ['region', 'endpoint'],
  required: ['region'],
  endpointOf: ({ region = '' }: CloudConfig) => `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
  pathStyle: false,
} as const;

const anywhere = {
  where: ['endpoint', 'region', 'pathStyle'],
  required: ['endpoint'],
  hasKey: true,
  endpointOf: () => undefined,
  defaultRegion: 'us-east-1',
  pathStyle: true,
} as const;

/** In the order in which they are offered. */
export const services: Readonly<Record<Service, ServicePreset>> = {
  r2: {
    where: ['accountId', 'endpoint'],
    required: ['accountId'],
    hasKey: true,
    endpointOf: ({ accountId = '' }) => `https://${accountId}.r2.cloudflarestorage.com`,
    defaultRegion: 'auto',
    pathStyle: true,
  },
  aws: { ...amazon, hasKey: true },
  'aws-role': { ...amazon, hasKey: false },
  b2: {
    where: ['region', 'endpoint'],
    required: ['region'],
    hasKey: true,
    endpointOf: ({ region = '' }) => `https://s3.${region}.backblazeb2.com`,
    pathStyle: false,
  },
  minio: anywhere,
  ceph: anywhere,
  other: anywhere,
};

export function isService(value: unknown): value is Service {
  return typeof value === 'string' && Object.hasOwn(services, value);
}
