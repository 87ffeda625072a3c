export { flowChecks } from './flow.js';
