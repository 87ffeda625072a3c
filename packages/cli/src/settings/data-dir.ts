import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** The data directory: as told, else HOLDFAST_DATA_DIR, else where this platform keeps an application's data. */
export function dataDirFor(told: string | undefined, environment: NodeJS.ProcessEnv): string {
  return resolve(told || environment['HOLDFAST_DATA_DIR'] || envPaths('holdfast', { suffix: '' }).data);
}
