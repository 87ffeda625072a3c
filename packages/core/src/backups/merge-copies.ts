import type { FoundBackup } from './summary.js';

/** Makes one of the copies of a backup without a sidecar: those of the same id, size and date. Others of that id stay on their own. */
export function mergeCopies(found: readonly FoundBackup[]): FoundBackup[] {
  const merged = new Map<string, FoundBackup>();
  for (const backup of found) {
    const { id, size, date, locations } = backup.summary;
    const identity = JSON.stringify([id, size, date]);
    const other = merged.get(identity);
    if (other === undefined) merged.set(identity, backup);
    else merged.set(identity, { ...other, summary: { ...other.summary, locations: [...other.summary.locations, ...locations] } });
  }
  return [...merged.values()];
}
