/**
 * Checks a provider against the contract, sentence by sentence, and breaks its connections.
 *
 * @packageDocumentation
 */
export type { Check, CheckArea, CheckBench, CheckNeed, PackageBench, PlaceAbility } from './check.js';
export { checkAreas } from './check.js';
export { checks } from './checks/index.js';
export type { Isolation, OpenOptions, PlaceOpener, Refusal } from './place-opener.js';
export type { ProviderManifest } from './provider-manifest.js';
export { renderReport } from './report/render-report.js';
export type { CheckResult, Report } from './report/report.js';
export { runChecks, type RunChecksOptions } from './run-checks.js';
export type { Endpoint, RefusedSettings, Subject, TestPlace } from './subject.js';
export {
  type Fault,
  type FaultProxy,
  type FaultProxyOptions,
  type FaultRule,
  type ProxiedRequest,
  type RequestCounts,
  startFaultProxy,
  type Way,
} from './faults/index.js';
export { type BenchFactory, runCheck, type RunCheckOptions } from './running/run-check.js';
export { renderResult } from './report/render-report.js';
export { checkLocation, type CheckLocationOptions } from './thorough/check-location.js';
export { memoryProvider } from './memory/memory-provider.js';
export { memorySubject } from './memory/memory-subject.js';
