import type { Job, JobLocation } from './job.js';

/** A backup of a run: what locations get that get the same. */
export interface Variant {
  readonly encrypt: boolean;
  /** The sources' names that are in it, in the job's order. */
  readonly sources: readonly string[];
  readonly places: readonly JobLocation[];
}

/** How many different backups a run makes: one pass each, that of the most locations first. */
export function variantsOf({ sources }: Pick<Job, 'sources'>, places: readonly JobLocation[]): readonly Variant[] {
  const variants: Variant[] = [];
  for (const place of places) {
    const { encrypt = true, without = [] } = place;
    const names = sources.map(({ name }) => name).filter((name) => !without.includes(name));
    const index = variants.findIndex((variant) => variant.encrypt === encrypt && variant.sources.join(' ') === names.join(' '));
    const found = variants[index];
    if (found === undefined) variants.push({ encrypt, sources: names, places: [place] });
    else variants[index] = { ...found, places: [...found.places, place] };
  }
  return variants.toSorted((a, b) => b.places.length - a.places.length);
}
