/** That a job made a backup, and not somebody by hand: only then retention may delete it. */
export interface AutomaticMark {
  /** The job's id. */
  readonly job: string;
}

/** Home Assistant's own mark of its automatic backups. */
const automaticProperty = 'with_automatic_settings';
const jobProperty = 'holdfast.job';

/** What stands for it in `extra` of backup.json. */
export function automaticExtra({ job }: AutomaticMark): Readonly<Record<string, unknown>> {
  return { [automaticProperty]: true, [jobProperty]: job };
}

/** The mark in a backup.json; `undefined` for a backup that was made by hand. Whose instance made it is to be told from elsewhere. */
export function automaticMarkIn(metadata: Readonly<Record<string, unknown>>): AutomaticMark | undefined {
  const { extra } = metadata;
  if (typeof extra !== 'object' || extra === null) return undefined;
  const { [automaticProperty]: automatic, [jobProperty]: job }: { readonly [name: string]: unknown } = { ...extra };
  return automatic === true && typeof job === 'string' ? { job } : undefined;
}
