import type { Clock } from '../base/clock.js';
import type { Journal } from '../backups/journal.js';
import type { SealLog } from '../backups/seal/seal-log.js';
import type { SecretStore } from '../config/secrets/secret-store.js';
import type { KeyStore } from '../keys/key-store.js';
import type { KitRecord } from '../keys/kit-record.js';
import type { ProviderLogger } from '../provider-api/index.js';

/** Names a service of a host, and with it the service's type. */
export interface ServiceToken<Service extends object> {
  readonly name: string;
  readonly symbol: symbol;
  /** Never there: it only carries the type. */
  readonly type?: (service: Service) => Service;
}

/** Gives another service of the same host. One that asks in a circle fails. */
export type GetService = <Service extends object>(token: ServiceToken<Service>) => Service;

/** Makes a service when it is first asked for; once for each host. */
export type ServiceFactory<Service extends object> = (get: GetService) => Service;

/** A service that a host app brings along in place of the host's own. Made by {@link provide}. */
export interface ServiceOverride {
  readonly token: { readonly name: string; readonly symbol: symbol };
  readonly create: (get: GetService) => object;
}

export function serviceToken<Service extends object>(name: string): ServiceToken<Service> {
  return { name, symbol: Symbol(name) };
}

/** The services of a host that an app may replace: `createHost({ services: [provide(serviceTokens.clock, myClock)] })`. */
export const serviceTokens = {
  /** Where the host and its providers tell what they do. Default: nothing is told. */
  log: serviceToken<ProviderLogger>('log'),
  /** Dates backups, flows and installations. */
  clock: serviceToken<Clock>('clock'),
  /** The locations' secrets, and those of flows under way. Default: the keyring or a file. */
  secrets: serviceToken<SecretStore>('secrets'),
  /** The encryption keys. Default: `keys.json`. */
  keys: serviceToken<KeyStore>('keys'),
  /** Which emergency kits were saved. Default: `kit.json`. */
  kitRecord: serviceToken<KitRecord>('kitRecord'),
  /** What was begun at locations and not ended. It has to outlive the process. Default: `journal/`. */
  journal: serviceToken<Journal>('journal'),
  /** Which seals were put where. It has to outlive the process. Default: `seal-log.json`. */
  sealLog: serviceToken<SealLog>('sealLog'),
} as const;

/** Puts `service` in the place of the host's own. A function is called for it, once, when it is first needed. The host closes neither. */
export function provide<Service extends object>(token: ServiceToken<Service>, service: Service | ServiceFactory<Service>): ServiceOverride {
  return { token, create: isFactory(service) ? service : () => service };
}

function isFactory<Service extends object>(service: Service | ServiceFactory<Service>): service is ServiceFactory<Service> {
  return typeof service === 'function';
}
