export { errorChecks } from './errors.js';
