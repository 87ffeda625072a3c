import { fieldsOf, type JsonFields, numberOf, textOf } from './json-fields.js';

/** One version of a file, or what stands in the place of one. */
export interface FileVersion {
  readonly fileId: string;
  readonly name: string;
  /** `hide` stands for a file that is hidden from here on, `start` for a large file that isn't finished. */
  readonly action: 'upload' | 'hide' | 'start';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly uploadedAt: number;
  /** The file information, its names in lower case. */
  readonly info: Readonly<Record<string, string>>;
}

/** Undefined for what is no version, such as a folder. */
export function parseFileVersion(fields: JsonFields): FileVersion | undefined {
  const fileId = textOf(fields, 'fileId');
  const name = textOf(fields, 'fileName');
  // What has no action comes from a call that knows one kind alone.
  const action = textOf(fields, 'action') ?? 'upload';
  if (fileId === undefined || name === undefined || (action !== 'upload' && action !== 'hide' && action !== 'start')) return undefined;
  return {
    fileId,
    name,
    action,
    size: numberOf(fields, 'contentLength') ?? 0,
    uploadedAt: numberOf(fields, 'uploadTimestamp') ?? 0,
    info: parseInfo(fieldsOf(fields, 'fileInfo') ?? {}),
  };
}

function parseInfo(fields: JsonFields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [])),
  );
}
