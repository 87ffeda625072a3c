import type { Host, InstalledProvider } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import { packageNameOf } from '../provider/find-package.js';
import type { CommandContext } from '../run/context.js';

type Change = 'rollback' | 'unpin' | 'disable';

const changes: Readonly<Record<Change, (host: Host, name: string) => Promise<InstalledProvider>>> = {
  rollback: (host, name) => host.packages.rollback(name),
  unpin: (host, name) => host.packages.unpin(name),
  disable: (host, name) => host.packages.disable(name),
};

const doneWords: Readonly<Record<Change, (provider: InstalledProvider) => string>> = {
  rollback: ({ version }) => `is back at ${version}. The next update goes forward again; to stay there, pin it.`,
  unpin: () => 'is updated again with the others.',
  disable: () => 'stays installed, and none of its code runs. Its locations can’t be reached until it is enabled.',
};

/** A change that needs no more than the package's name. */
export async function changeProvider(context: CommandContext, change: Change, name: string): Promise<undefined> {
  const host = await context.host();
  const provider = await changes[change](host, packageNameOf(host, name));
  report(context, provider, doneWords[change](provider));
}

/** Also for a package that was not installed by name: such a one may have been stopped as it crashed too often. */
export async function enableProvider(context: CommandContext, given: string): Promise<undefined> {
  const host = await context.host();
  const enabled = await host.enableProvider(packageNameOf(host, given));
  const provider = host.packages.list().find(({ name }) => name === enabled.name);
  const done = `${enabled.version} is in use.`;
  if (provider !== undefined) return report(context, provider, done);
  context.terminal.report({ package: enabled }, () => describeDone(context, enabled.name, done));
}

/** Keeps a package at its version, or at the one before, if that is named after the last `@`. */
export async function pinProvider(context: CommandContext, spec: string): Promise<undefined> {
  const host = await context.host();
  const at = spec.lastIndexOf('@');
  const [name, version] = at > 0 ? [spec.slice(0, at), spec.slice(at + 1)] : [spec, undefined];
  const provider = await host.packages.pin(packageNameOf(host, name), version);
  report(context, provider, `stays at ${provider.version}.`);
}

export async function removeProvider(context: CommandContext, given: string, options: { readonly force?: boolean }): Promise<undefined> {
  const host = await context.host();
  const { name, version, types } = host.packages.get(packageNameOf(host, given));
  const users = host.locations.list().filter(({ provider }) => types.includes(provider));
  if (users.length > 0 && options.force === true) {
    const titles = users.map(({ title }) => `"${safeText(title)}"`).join(', ');
    await confirm(context, `Remove ${safeText(name)} ${version}, though ${titles} can’t be opened without it?`);
  }
  await host.packages.remove(name, options);
  context.terminal.report({ removed: { name, version } }, () => `Removed ${context.terminal.colors.bold(safeText(name))} ${version}.`);
}

function report(context: CommandContext, provider: InstalledProvider, done: string): undefined {
  context.terminal.report({ provider }, () => describeDone(context, provider.name, done));
}

function describeDone({ terminal }: CommandContext, name: string, done: string): string {
  return `${terminal.colors.bold(safeText(name))} ${safeText(done)}`;
}
