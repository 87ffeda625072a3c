import type { ObjectInfo } from '@holdfast/core/provider-api';
import type { FileVersion } from './client/file-version.js';

export function toInfo(key: string, { size, uploadedAt }: FileVersion): ObjectInfo {
  return { key, size, modifiedAt: new Date(uploadedAt).toISOString() };
}
