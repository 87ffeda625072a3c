import { bundledModule } from '../../base/bundled-module.fixture.js';

/** The module that a provider's process starts with. */
export function buildChildEntry(): Promise<string> {
  return bundledModule(new URL('./provider-process.ts', import.meta.url));
}
