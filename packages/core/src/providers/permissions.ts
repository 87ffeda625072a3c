/** What a package's code may reach, as its manifest asks and as the user grants it. */
export interface Permissions {
  /** The hosts that it talks to; `*.example.com` stands for all below example.com. */
  readonly network: readonly string[];
  /** `config` for the paths that a location's settings name. */
  readonly filesystem: 'none' | 'config';
}

export const noPermissions: Permissions = { network: [], filesystem: 'none' };

/** What a manifest's `holdfast` part asks for; what it leaves out it doesn't need. */
export function permissionsOf({ permissions = {} }: { readonly permissions?: Partial<Permissions> }): Permissions {
  return { network: permissions.network ?? [], filesystem: permissions.filesystem ?? 'none' };
}

/** What `asked` has beyond `granted`. */
export function permissionsBeyond(asked: Permissions, granted: Permissions): Permissions {
  return {
    network: asked.network.filter((host) => !granted.network.some((pattern) => coversHost(pattern, host))),
    filesystem: asked.filesystem === 'config' && granted.filesystem === 'none' ? 'config' : 'none',
  };
}

export function isNothing({ network, filesystem }: Permissions): boolean {
  return network.length === 0 && filesystem === 'none';
}

export function joinPermissions(one: Permissions, other: Permissions): Permissions {
  return {
    network: [...new Set([...one.network, ...other.network])],
    filesystem: one.filesystem === 'config' ? 'config' : other.filesystem,
  };
}

/** For messages: what is asked for, in words. */
export function describePermissions({ network, filesystem }: Permissions): string {
  const parts = network.map((host) => `network: ${host}`);
  if (filesystem === 'config') parts.push('files: the paths in the settings of its locations');
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}

/** True if a host, or a pattern of hosts, is all within another pattern. */
function coversHost(pattern: string, host: string): boolean {
  const wide = pattern.toLowerCase();
  const narrow = host.toLowerCase();
  if (wide === narrow || wide === '*') return true;
  return wide.startsWith('*.') && narrow.endsWith(wide.slice(1)) && narrow.length >= wide.length;
}
