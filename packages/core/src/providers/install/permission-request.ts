import type { Permissions } from '../permissions.js';
import type { Provenance } from './provenance.js';

/** What a user is shown before a package's code first runs, and before a version of it that asks for more. */
export interface PermissionRequest {
  readonly name: string;
  readonly version: string;
  /** The version that it replaces. */
  readonly replaces?: string;
  readonly asks: Permissions;
  /** What it asks for beyond what was granted to the package. */
  readonly added: Permissions;
  readonly provenance: Provenance;
  /** True if it is no longer proven where the package comes from, and of the installed version it is. */
  readonly lostProvenance: boolean;
}
