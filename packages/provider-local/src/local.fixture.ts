import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Location, ProviderContext } from '@holdfast/core/provider-api';
import { onTestFinished } from 'vitest';
import provider from './index.js';

export const locationId = 'local-3f2a';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function contextOf(overrides: Partial<ProviderContext> = {}): ProviderContext {
  return { locationId, firstUse: true, stateFolder: tmpdir(), log: silent, signal: new AbortController().signal, ...overrides };
}

/** A new folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-local-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function openLocal(path: string, overrides: Partial<ProviderContext> = {}): Promise<Required<Location>> {
  const location = await provider.open({ path }, contextOf(overrides));
  if (!isComplete(location)) throw new Error('The local provider lacks a part of the contract.');
  return location;
}

function isComplete(location: Location): location is Required<Location> {
  return Boolean(location.putDeferred && location.check && location.usage && location.sweep);
}
