import type { Check } from '../../check.js';
import { listChecks as plain } from './list.js';
import { pageChecks } from './pages.js';

export const listChecks: readonly Check[] = [...plain, ...pageChecks];
