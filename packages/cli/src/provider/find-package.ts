import type { Host } from '@holdfast/core';

/**
 * The package that is meant by its name, or by a kind of place that it brings. What nothing is known of stays as it is: whoever
 * is asked for it says what is wrong with it.
 */
export function packageNameOf(host: Pick<Host, 'packages' | 'providers'>, name: string): string {
  const installed = host.packages.list();
  if (installed.some((provider) => provider.name === name)) return name;
  const bringing = installed.find(({ types }) => types.includes(name));
  if (bringing !== undefined) return bringing.name;
  return host.providers.types().find(({ id }) => id === name)?.package.name ?? name;
}
