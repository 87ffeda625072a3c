import { commandError } from '../errors.js';

/** HOLDFAST_ISOLATION: where providers run, in processes of their own or in this one. `undefined` if it says nothing, as then the setting counts. @throws `bad-usage` */
export function isolationOf(environment: NodeJS.ProcessEnv): 'process' | 'inline' | undefined {
  const value = environment['HOLDFAST_ISOLATION'] || undefined;
  if (value === undefined || value === 'process' || value === 'inline') return value;
  throw commandError('bad-usage', { what: `HOLDFAST_ISOLATION is process or inline, and not "${value}"`, help: 'holdfast --help' });
}
