/** Secret settings by name, such as a location's password. */
export type Secrets = Readonly<Record<string, string>>;

/** Where the secrets of a data directory are kept. A host app may bring its own. */
export interface SecretStore {
  /** `file`, `encrypted-file`, `keyring`, or what a host app calls its own; `undecided` while nothing was ever kept. */
  readonly kind: string;
  /** The file, if there is one. */
  readonly path?: string | undefined;
  /** Where the secrets are and who can read them, for people, such as `kept in /data/secrets.json, readable by you alone`. */
  describe(): string;
  /** What belongs to the owner, which is a location's id or `flow:<token>`; empty if nothing does. */
  of(owner: string): Promise<Secrets>;
  /** Replaces what belongs to the owner; `undefined` or none removes it. */
  set(owner: string, secrets: Secrets | undefined): Promise<void>;
  /** Finds out where the secrets are, and reads none; the properties know it afterwards. */
  locate?(): Promise<void>;
  /** Finds out whether the secrets can be got at, and where new ones go if none are kept yet; {@link describe} knows it afterwards. */
  examine?(): Promise<readonly SecretProblem[]>;
  /** Keeps all secrets in that way from now on, where the store has several. They can be read all the time, and a crash loses none. */
  move?(to: SecretsKind): Promise<void>;
}

/** The ways in which Holdfast itself keeps secrets. */
export type SecretsKind = 'file' | 'encrypted-file' | 'keyring';

/** Something about a store that its owner should know. */
export interface SecretProblem {
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly remedy: string;
}
