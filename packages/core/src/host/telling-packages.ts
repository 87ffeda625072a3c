import { describeFailure } from '../backups/failure.js';
import type { InstallResult, UpdateResult } from '../providers/install/install-result.js';
import type { ProviderPackages } from '../providers/install/provider-packages.js';
import type { HostEmitter } from './events.js';

/** Tells of what becomes of installed packages. */
export function tellingPackages(packages: ProviderPackages, events: HostEmitter): ProviderPackages {
  function tell(result: InstallResult | UpdateResult): void {
    const { name, version } = result.provider;
    if (result.outcome === 'installed') events.emit('provider', { type: 'installed', name, version });
    if (result.outcome === 'updated') events.emit('provider', { type: 'updated', name, version, from: result.replaced });
    if (result.outcome !== 'fell-back') return;
    const { failed } = result;
    events.emit('provider', { type: 'fell-back', name, version: failed.version, to: version, error: describeFailure(failed.error) });
  }

  return {
    ...packages,
    async install(spec, options) {
      const result = await packages.install(spec, options);
      tell(result);
      return result;
    },
    async update(name, options) {
      const result = await packages.update(name, options);
      tell(result);
      return result;
    },
    async rollback(name) {
      const from = packages.get(name).version;
      const provider = await packages.rollback(name);
      events.emit('provider', { type: 'rolled-back', name, version: provider.version, from });
      return provider;
    },
    async pin(name, version) {
      const from = packages.get(name).version;
      const provider = await packages.pin(name, version);
      if (provider.version !== from) events.emit('provider', { type: 'rolled-back', name, version: provider.version, from });
      return provider;
    },
    async enable(name) {
      const provider = await packages.enable(name);
      events.emit('provider', { type: 'enabled', name });
      return provider;
    },
    async disable(name) {
      const provider = await packages.disable(name);
      events.emit('provider', { type: 'disabled', name });
      return provider;
    },
    async remove(name, options) {
      const provider = await packages.remove(name, options);
      events.emit('provider', { type: 'removed', name });
      return provider;
    },
  };
}
