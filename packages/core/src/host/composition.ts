import 'reflect-metadata';
import { container as root, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import type { GetService, ServiceFactory, ServiceOverride, ServiceToken } from './service-tokens.js';

/** Which service stands behind which token. */
export interface Composition {
  readonly get: GetService;
  /** Says how a service is made when it is first asked for. What the app brought along in its place stays. */
  register<Service extends object>(token: ServiceToken<Service>, create: ServiceFactory<Service>): void;
  /** True if the app brought a service of its own. */
  isReplaced<Service extends object>(token: ServiceToken<Service>): boolean;
}

/** Each host has services of its own. Nothing else of the core knows of the container. */
export function createComposition(overrides: readonly ServiceOverride[]): Composition {
  const container: DependencyContainer = root.createChildContainer();
  const replaced = new Set<symbol>();
  const get: GetService = <Service extends object>(token: ServiceToken<Service>) => container.resolve<Service>(token.symbol);
  const single = (symbol: symbol, create: (get: GetService) => object) =>
    container.register(symbol, { useFactory: instanceCachingFactory(() => create(get)) });
  for (const { token, create } of overrides) {
    replaced.add(token.symbol);
    // Of two for the same service, the later one is used.
    single(token.symbol, create);
  }
  return {
    get,
    register(token, create) {
      if (!replaced.has(token.symbol)) single(token.symbol, create);
    },
    isReplaced: (token) => replaced.has(token.symbol),
  };
}
