import type { Check } from '../../check.js';
import { allOrNothingChecks } from './all-or-nothing.js';
import { sameTimeChecks } from './at-the-same-time.js';
import { deleteChecks } from './delete.js';
import { holeChecks } from './holes.js';
import { killedChecks } from './killed.js';
import { memoryChecks } from './memory.js';
import { roundTripChecks } from './round-trip.js';

export const writeChecks: readonly Check[] = [
  ...roundTripChecks,
  ...allOrNothingChecks,
  ...deleteChecks,
  ...sameTimeChecks,
  ...holeChecks,
  ...memoryChecks,
  ...killedChecks,
];
