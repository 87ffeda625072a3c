import type { WirePackage } from '../protocol/host-message.js';
import type { ProviderPackage, ProviderType } from '../provider-package.js';

/** The package as the runtime here needs it. What only the host looks at is left empty. */
export function childPackageOf({ name, version, folder, entry, types }: WirePackage): ProviderPackage {
  const identity = { name, version, folder };
  return {
    ...identity,
    range: '*',
    entry,
    types: types.map(
      ({ id, deferredWrites }): ProviderType => ({
        id,
        label: id,
        description: undefined,
        icon: undefined,
        package: identity,
        configVersion: 1,
        configSchema: {},
        secretFields: [],
        limits: { maxObjectBytes: undefined, maxBackups: undefined, requiresEncryption: false },
        texts: {},
        features: new Set(deferredWrites ? ['deferredWrites'] : []),
      }),
    ),
    permissions: { network: [], filesystem: 'none' },
  };
}
