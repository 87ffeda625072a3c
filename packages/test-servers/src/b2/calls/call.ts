import type { Access } from '../access.js';
import type { Account } from '../account.js';
import type { JsonObject } from '../descriptions.js';
import type { Fields } from '../fields.js';

/** A call of the API that takes parameters and gives a document. */
export interface Call {
  readonly account: Account;
  readonly access: Access;
  readonly fields: Fields;
  /** Of the API, 1 to 4. */
  readonly version: number;
  /** The server's address as the client knows it: what it is told to call next has the same. */
  readonly address: string;
}

export interface CallDefinition {
  /** Whether it may also come by GET, with its parameters in the query. */
  readonly byGet?: boolean;
  /** Whether it counts for the test mode `force_cap_exceeded`. */
  readonly uploads?: boolean;
  run(call: Call): JsonObject | Promise<JsonObject>;
}
