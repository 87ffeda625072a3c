import type { Check } from '../check.js';
import { errorChecks } from './errors/index.js';
import { faultChecks } from './faults/index.js';
import { flowChecks } from './flow/index.js';
import { lifecycleChecks } from './lifecycle/index.js';
import { listChecks } from './list/index.js';
import { manifestChecks } from './manifest/index.js';
import { nameChecks } from './names/index.js';
import { readChecks } from './read/index.js';
import { writeChecks } from './write/index.js';

/** All checks, in the order in which they run. */
export const checks: readonly Check[] = [
  ...manifestChecks,
  ...flowChecks,
  ...writeChecks,
  ...readChecks,
  ...listChecks,
  ...nameChecks,
  ...errorChecks,
  ...lifecycleChecks,
  ...faultChecks,
];
