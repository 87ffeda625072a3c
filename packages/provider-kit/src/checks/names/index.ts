export { nameChecks } from './names.js';
