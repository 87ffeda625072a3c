import type { Check } from '../../check.js';
import { connectionChecks } from './connections.js';
import { lastingFaultChecks } from './lasting-faults.js';
import { passingFaultChecks } from './passing-faults.js';

export const faultChecks: readonly Check[] = [...passingFaultChecks, ...lastingFaultChecks, ...connectionChecks];
