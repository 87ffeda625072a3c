import type { ProcessIdentity } from './process-identity.js';

/** What lies in the bucket for a while, and has to go should its process die before it takes it away. */
export interface Work {
  /** An upload that isn't finished, or the object that a check tries things out with. */
  readonly type: 'upload' | 'probe';
  /** As the bucket has it, prefix included. */
  readonly name: string;
  /** Absent until the service has given one. */
  readonly uploadId?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** A note as it stands in its file. */
export interface StoredNote {
  readonly place: string;
  readonly writer: ProcessIdentity;
  readonly work: Work;
}

/** `undefined` for what is no note, or one of another version. */
export function parseStoredNote(value: unknown): StoredNote | undefined {
  const { place, writer, work } = fieldsOf(value);
  const { machine, pid, start } = fieldsOf(writer);
  const { type, name, uploadId, startedAt } = fieldsOf(work);
  const isWork = (type === 'upload' || type === 'probe') && typeof name === 'string' && typeof startedAt === 'number';
  if (!isWork || typeof place !== 'string') return undefined;
  if (typeof machine !== 'string' || typeof pid !== 'number' || typeof start !== 'string') return undefined;
  return {
    place,
    writer: { machine, pid, start },
    work: { type, name, startedAt, ...(typeof uploadId === 'string' && { uploadId }) },
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
