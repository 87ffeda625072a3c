import type { LocationRecord } from '../config/location-record.js';

/** A backup file at a location. */
export interface StoredFile {
  readonly location: LocationRecord;
  readonly key: string;
  /** Bytes of the backup file. */
  readonly size: number;
  /** The key of what Home Assistant notes about it, if it is one of Home Assistant's. */
  readonly metadataKey?: string;
}
