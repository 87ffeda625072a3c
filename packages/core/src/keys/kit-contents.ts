/** What an emergency kit tells. No secret but the key itself. */
export interface KitContents {
  readonly key: string;
  readonly fingerprint: string;
  /** Since when the key is used, ISO 8601. */
  readonly since: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly instance: { readonly id: string; readonly name: string };
  readonly locations: readonly { readonly title: string; readonly place: string }[];
  /** Those that the key opens, newest first. */
  readonly backups: readonly KitBackup[];
}

interface KitBackup {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  /** Bytes. */
  readonly size: number;
  /** Titles. */
  readonly locations: readonly string[];
}

/** A kit is a document, so a long list is cut: the newest are what one looks for. */
export const listedBackups = 20;

/** `2026-11-21 10:53 UTC`: a kit may be read in another place than it was made at. */
export function kitDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function kitSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** The three ways back, for whoever holds the kit. */
export const restoreSteps = {
  holdfast: [
    'Get the backup file: a .tar file from one of the places listed above, or from wherever you copied it to.',
    "On a computer with Node.js 20.19 or newer (nodejs.org), open a terminal and run the command below, with the file's name for BACKUP.tar.",
    'Type the key when you are asked. Capitals, spaces and dashes do not matter. All files are then in the folder "restored".',
    'npx holdfast backup restore BACKUP.tar --to restored',
  ],
  homeAssistant: [
    'A backup of a Home Assistant configuration, made by Holdfast, is a Home Assistant backup.',
    'New installation: on the first page choose "Upload backup". Existing one: Settings > System > Backups, then the menu at the top right, "Upload backup".',
    'Choose the .tar file. When you are asked for the encryption key, enter it with its dashes.',
  ],
  neither: [
    'This needs bash, tar and openssl, which every Linux and every Mac has (on Windows: WSL).',
    'The key is typed; what openssl derives from it can be seen by other users of the same computer for a moment, so use your own.',
  ],
} as const;
