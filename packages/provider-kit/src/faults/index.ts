export type { Fault, FaultRule, Way } from './fault.js';
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.js';
export type { ProxiedRequest, RequestCounts } from './proxy-log.js';
