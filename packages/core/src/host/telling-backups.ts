import type { Backups } from '../backups/backups.js';
import { describeFailure } from '../backups/failure.js';
import type { BackupRef } from '../backups/open-backup.js';
import type { Locations } from '../config/locations.js';
import type { BackupEvent, BackupOperation, HostEmitter } from './events.js';

/** Tells of what is done with backups. What only looks at them isn't told of. */
export function tellingBackups(backups: Backups, locations: Locations, events: HostEmitter): Backups {
  async function told<T>(
    operation: BackupOperation,
    backup: BackupRef | undefined,
    run: () => Promise<T>,
    ended: (result: T) => BackupEvent,
  ) {
    const subject = { operation, ...(backup && { backup }) };
    events.emit('backup', { type: 'started', ...subject });
    try {
      const result = await run();
      events.emit('backup', ended(result));
      return result;
    } catch (error) {
      events.emit('backup', { type: 'failed', ...subject, error: describeFailure(error) });
      throw error;
    }
  }

  return {
    ...backups,
    async create(options) {
      const known = new Set<string>();
      // A location that could not be opened told so itself.
      using _listening = events.on('location', (event) => event.type === 'failed' && known.add(event.location.id));
      const result = await told(
        'create',
        undefined,
        () => backups.create(options),
        (made) => ({ type: 'finished', result: made }),
      );
      for (const outcome of result.locations) {
        if (outcome.state === 'failed' && !known.has(outcome.id)) {
          events.emit('location', { type: 'failed', location: locations.get(outcome.id), error: outcome.error });
        }
      }
      return result;
    },
    send: (options) =>
      told(
        'send',
        { id: options.backup },
        () => backups.send(options),
        (result) => ({ type: 'sent', backup: { id: result.backup }, result }),
      ),
    verify: (backup, options) =>
      told(
        'verify',
        backup,
        () => backups.verify(backup, options),
        (result) => ({ type: 'verified', backup, result }),
      ),
    restore: (options) =>
      told(
        'restore',
        options.backup,
        () => backups.restore(options),
        (result) => ({ type: 'restored', backup: options.backup, result }),
      ),
    delete: (id, options) =>
      told(
        'delete',
        { id },
        () => backups.delete(id, options),
        ({ deletedFrom }) => ({ type: 'deleted', id, deletedFrom }),
      ),
  };
}
