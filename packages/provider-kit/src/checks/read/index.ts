import type { Check } from '../../check.js';
import { rangeChecks } from './ranges.js';
import { streamChecks } from './streams.js';

export const readChecks: readonly Check[] = [...rangeChecks, ...streamChecks];
