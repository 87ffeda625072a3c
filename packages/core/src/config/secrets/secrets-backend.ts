import type { SecretsKind } from './secret-store.js';
import type { SecretsByOwner } from './secrets-by-owner.js';

/** One way to keep all secrets of a data directory. Whoever calls it sees to it that nobody else writes meanwhile. */
export interface SecretsBackend {
  readonly kind: SecretsKind;
  readonly path: string;
  describe(): string;
  /** Empty if there is no file. */
  read(): Promise<SecretsByOwner>;
  /** Replaces what is kept, as a whole. */
  write(all: SecretsByOwner): Promise<void>;
  /** As `write`, with a new key where there is one, whatever stands in the file so far. */
  begin(all: SecretsByOwner): Promise<void>;
}
