import { stat } from 'node:fs/promises';
import type { KitRecord } from '../keys/kit-record.js';
import { describeFailure } from './failure.js';
import { listAlarms } from './seal/list-alarms.js';
import type { BackupServices } from './services.js';

/** One thing that was looked at. */
export interface Finding {
  readonly code: string;
  readonly severity: 'ok' | 'warning' | 'error';
  /** What it is about: a location's title, `encryption key`, ... */
  readonly subject: string;
  readonly message: string;
  readonly remedy?: string;
}

/** Looks at all that a backup and a restore will need, and says what is not as it should be. */
export async function examine(services: BackupServices, kits: KitRecord, signal: AbortSignal): Promise<Finding[]> {
  const findings = [...(await examineDataDir(services.dataDir)), ...examineKeys(services, kits), ...examineProviders(services)];
  const records = services.locations.list();
  if (records.length === 0) {
    const remedy = 'Add one: holdfast location add local --path /mnt/backups';
    findings.push({
      code: 'no-location',
      severity: 'warning',
      subject: 'locations',
      message: 'There is no location to keep backups at.',
      remedy,
    });
  }
  for (const record of records) findings.push(await examineLocation(services, record, signal));
  findings.push(...(await examineSeals(services, signal)));
  const pending = await services.journal.pending();
  if (pending.length > 0) {
    const message = `${pending.length} backups were begun or deleted and not finished.`;
    const remedy = 'The next backup removes what is left of them.';
    findings.push({ code: 'leftovers', severity: 'warning', subject: 'backups', message, remedy });
  }
  return findings;
}

async function examineDataDir(dataDir: string): Promise<Finding[]> {
  const subject = 'data directory';
  const { mode } = await stat(dataDir);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const remedy = `chmod 700 ${dataDir}`;
    return [{ code: 'data-dir-open', severity: 'warning', subject, message: `Other users may look into ${dataDir}.`, remedy }];
  }
  return [{ code: 'data-dir', severity: 'ok', subject, message: `${dataDir} is open to you alone.` }];
}

function examineKeys({ keys }: BackupServices, kits: KitRecord): Finding[] {
  const current = keys.current();
  if (current === undefined) {
    return [
      {
        code: 'no-encryption-key',
        severity: 'error',
        subject: 'encryption key',
        message: 'There is no encryption key.',
        remedy: 'Run `holdfast init`.',
      },
    ];
  }
  const saved = kits.savedFor(current.fingerprint);
  const kit: Finding =
    saved === undefined
      ? {
          code: 'kit-not-saved',
          severity: 'warning',
          subject: 'emergency kit',
          message: keys.all().some(({ fingerprint }) => kits.savedFor(fingerprint) !== undefined)
            ? 'The key was changed, and no emergency kit of the new one was saved: if this machine is lost, so is that key.'
            : 'No emergency kit was saved: if this machine is lost, so is the key to its backups.',
          remedy: 'Run `holdfast kit save DIR` and keep the kit away from this machine.',
        }
      : { code: 'kit', severity: 'ok', subject: 'emergency kit', message: `Saved on ${saved.savedAt.slice(0, 10)}.` };
  return [
    { code: 'encryption-key', severity: 'ok', subject: 'encryption key', message: `In use since ${current.since.slice(0, 10)}.` },
    kit,
  ];
}

function examineProviders({ providers }: BackupServices): Finding[] {
  const good = providers.types().map((type): Finding => {
    const message = `${type.package.name} ${type.package.version}`;
    return { code: 'provider', severity: 'ok', subject: `provider ${type.id}`, message };
  });
  const bad = providers.problems().map(({ folder, error }): Finding => {
    const { code, message, remedy } = describeFailure(error);
    return { code, severity: 'error', subject: `provider in ${folder}`, message, remedy };
  });
  return [...good, ...bad];
}

async function examineLocation(
  services: BackupServices,
  record: { readonly id: string; readonly title: string },
  signal: AbortSignal,
): Promise<Finding> {
  const subject = `location ${record.title}`;
  try {
    await services.locations.check(record.id, { signal });
    return { code: 'location', severity: 'ok', subject, message: 'Can be read, written, listed and deleted from.' };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, remedy } = describeFailure(error);
    return { code, severity: 'error', subject, message, remedy };
  }
}

/** Looks at every seal that was put anywhere, wherever it can be reached. */
async function examineSeals(services: BackupServices, signal: AbortSignal): Promise<Finding[]> {
  const problem = await services.sealLog.problem();
  if (problem !== undefined) {
    const remedy = 'Put back a copy of the file. If there is none, move it away: what was sealed before is then no longer watched.';
    return [{ code: 'seal-log', severity: 'error', subject: 'seals', message: problem, remedy }];
  }
  const { alarms, sealed } = await listAlarms(services, signal);
  if (alarms.length === 0) {
    const message = `All ${sealed} that could be looked at are in place.`;
    return sealed === 0 ? [] : [{ code: 'seals', severity: 'ok', subject: 'seals', message }];
  }
  return alarms.map(({ location, key, code, message, remedy }) => ({
    code,
    severity: 'error',
    subject: `backup ${key} at ${location}`,
    message,
    remedy,
  }));
}
