export { lifecycleChecks } from './lifecycle.js';
