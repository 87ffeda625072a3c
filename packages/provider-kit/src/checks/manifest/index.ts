import type { Check } from '../../check.js';
import { manifestChecks as packageChecks } from './manifest.js';
import { settingsChecks } from './settings.js';

export const manifestChecks: readonly Check[] = [...packageChecks, ...settingsChecks];
