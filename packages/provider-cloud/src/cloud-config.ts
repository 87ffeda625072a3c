/** Which service the bucket is at; `aws-role` is Amazon S3 with the credentials that the machine itself has. */
export type Service = 'r2' | 'aws' | 'aws-role' | 'b2' | 'minio' | 'ceph' | 'other';

/** As `schemas/cloud.json` describes it. What a service doesn't need is left out. */
export interface CloudConfig {
  readonly service: Service;
  /** Cloudflare's, 32 hexadecimal digits. */
  readonly accountId?: string;
  readonly region?: string;
  /** Goes before the one that the service and the region or account stand for. */
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly bucket: string;
  readonly prefix?: string;
  /** Read by the host. */
  readonly keep?: number;
  /** Read by the host. */
  readonly maxBackupSize?: string | number;
}
