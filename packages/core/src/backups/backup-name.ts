/** The ending of a sidecar's key; `*.metadata.json` is what Home Assistant's own integrations read, so it is not that. */
const sidecarEnding = '.holdfast.json';
const indexEnding = '.holdfast.index';

const backupKeyPattern = /^\d{8}T\d{6}Z-([0-9a-f]{8})\.tar$/;

/**
 * The key of a backup at its locations: its time in UTC and its id, so that keys sort by age and a page of the
 * newest needs no more than the keys.
 */
export function backupKey(id: string, date: Date): string {
  const time = date.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${id}.tar`;
}

export function sidecarKey(key: string): string {
  return `${key}${sidecarEnding}`;
}

/** Where the list of a backup's files lies, encrypted. */
export function indexKey(key: string): string {
  return `${key}${indexEnding}`;
}

/** The backup's key, from its sidecar's; `undefined` for any other key. */
export function backupKeyOfSidecar(key: string): string | undefined {
  return key.endsWith(`.tar${sidecarEnding}`) ? key.slice(0, -sidecarEnding.length) : undefined;
}

/** The id in a key that {@link backupKey} made; `undefined` for a file that was named by someone else. */
export function idOfBackupKey(key: string): string | undefined {
  return backupKeyPattern.exec(key)?.[1];
}

export function isBackupFile(key: string): boolean {
  return key.toLowerCase().endsWith('.tar');
}
