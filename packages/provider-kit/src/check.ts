import type { Location, ProviderDefinition } from '@holdfast/core/provider-api';
import type { Isolation, OpenOptions, PlaceOpener } from './place-opener.js';
import type { ProviderManifest } from './provider-manifest.js';
import type { Subject, TestPlace } from './subject.js';

/** What checks are about. */
export const checkAreas = ['manifest', 'flow', 'write', 'read', 'list', 'names', 'errors', 'lifecycle', 'faults'] as const;

/** What a check is about. */
export type CheckArea = (typeof checkAreas)[number];

/** What a place can do for a check beyond being one. */
export type PlaceAbility = 'leftovers' | 'corrupt' | 'putForeign' | 'through';

/** What a check needs of its subject: abilities of its places, settings that are refused, that each place is another one. */
export type CheckNeed = PlaceAbility | 'refused' | 'otherPlaces';

/** Tries one rule of the contract. */
export interface Check {
  /** Names it: its area and the rule, `write/all-or-nothing`. */
  readonly id: string;
  readonly area: CheckArea;
  /** The rule, as a sentence. */
  readonly title: string;
  /** It uses nothing but a location, through `bench.open()`, and may run where a user's own objects are, below a prefix. */
  readonly harmless: boolean;
  /** What the subject has to offer for it. Where it doesn't, it has to say why in `skip`. */
  readonly needs: readonly CheckNeed[];
  /** Throws where the rule is broken. Gives `skipped` where it can't apply, as to a feature that the manifest doesn't declare. */
  run(bench: CheckBench): Promise<{ readonly skipped: string } | void>;
}

/** What a check works with. All that it opens is closed when the check is over. */
export interface CheckBench {
  /** Fires when the check has to stop. Goes with every call that isn't about signals. */
  readonly signal: AbortSignal;
  /** Opens the check's place; the first time as while it is being added, then without `firstUse`. */
  open(options?: Partial<OpenOptions>): Promise<Location>;
  /** How much longer than its text here a key becomes on the way to the place. 0, unless all is stored below a prefix. */
  readonly prefixLength: number;
  /** How many objects one page of the service's list has. */
  readonly pageOfList: number;
  /** Bytes of a part; see {@link Subject.partBytes}. */
  readonly partBytes: number | undefined;
  /** What there is beyond a location; absent where a user's own location is checked. */
  readonly package?: PackageBench;
}

/** What a check of a provider package works with beyond a location. */
export interface PackageBench {
  readonly subject: Subject;
  readonly isolation: Isolation;
  readonly manifest: ProviderManifest;
  /** The check's place, made when it is first asked for. */
  place(): Promise<TestPlace>;
  /** The way to open the check's place. */
  opener(): Promise<PlaceOpener>;
  /** The provider's own code, loaded here however it is run otherwise. */
  definition(): Promise<ProviderDefinition<unknown>>;
}
