import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProviderPackages, HoldfastError, type PermissionRequest, type ProviderPackages } from '@holdfast/core';
import type { TestRegistry } from './registry/registry.fixture.js';

export interface PackagesPlace extends Disposable {
  readonly dataDir: string;
  readonly packages: ProviderPackages;
  /** What the user was asked. */
  readonly asked: PermissionRequest[];
  /** What the packages printed as they were tried out. */
  readonly printed: string[];
  /** What the user says from now on. */
  answer(yes: boolean): void;
  /** Options for `install` and `update`. */
  readonly call: { readonly grant: (request: PermissionRequest) => Promise<boolean> };
}

/** The installed packages of a new data directory, fetched from the test's registry. */
export function makePackagesPlace(registry: Pick<TestRegistry, 'url' | 'cache' | 'userConfig'>, dataDir = newFolder()): PackagesPlace {
  const asked: PermissionRequest[] = [];
  const printed: string[] = [];
  let yes = true;
  const packages = createProviderPackages({
    dataDir,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    npmConfig: { registry: registry.url, cache: registry.cache, userConfig: registry.userConfig, folder: dataDir },
    activate: async ({ name, version, folder = '', entry = '' }) =>
      void printed.push(await tryOut(`${name}@${version}`, join(folder, entry))),
  });
  return {
    dataDir,
    packages,
    asked,
    printed,
    answer: (next) => {
      yes = next;
    },
    call: {
      grant: async (request) => {
        asked.push(request);
        return yes;
      },
    },
    [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** The versions of a package whose files are in a data directory. */
export function keptVersions(dataDir: string, name: string): string[] {
  const folder = join(dataDir, 'providers', 'packages', name);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

/** The code with which a call is refused, or what it resolved to. */
export function refusalCode(call: Promise<unknown>): Promise<unknown> {
  return call.then((value) => JSON.stringify(value), codeOf);
}

function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-packages-')));
}

/** Imports a module and activates it, in a process that has two seconds for it. Returns what it printed. */
async function tryOut(subject: string, entry: string): Promise<string> {
  const code = `const { default: definition } = await import(${JSON.stringify(pathToFileURL(entry).href)}); await definition.activate?.();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 2_000 });
  let output = '';
  child.stdout.on('data', (part) => (output += String(part)));
  let fault = '';
  child.stderr.on('data', (part) => (fault += String(part)));
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (status === 0) return output;
  const reason = signal === null ? fault.trim() : 'it took too long';
  throw new HoldfastError(
    'provider-activation-failed',
    `Provider package ${subject} failed while it was started: ${reason}`,
    'Tell its author.',
  );
}
